import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { formatKeyLine, fromKeyObject, isKeyFault, parseKeyFields } from '@gatehouse/ssh-trust'
import ssh2 from 'ssh2'
import sshpk from 'sshpk'
import type { Options } from './command.ts'
import { markdownTable, short } from './markdown-table.ts'
import { rate } from './measure.ts'
import { report } from './report.ts'

/** How fast one reader reads keys of one type. */
interface KeyRate {
  readonly type: string
  readonly reader: string
  /** Public keys a second of CPU time. */
  readonly perSecond: number
}

/** A line, as every reader gets it. */
interface KeyLine {
  readonly line: string
  readonly type: string
  readonly base64: string
}

/** Keys that a round reads; each is another. */
const KEYS = 50

const MAKERS: Readonly<Record<string, () => KeyObject>> = {
  Ed25519: () => generateKeyPairSync('ed25519').publicKey,
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
  'RSA 2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
  'RSA 3072': () => generateKeyPairSync('rsa', { modulusLength: 3072 }).publicKey,
}

const READERS: Readonly<Record<string, (key: KeyLine) => boolean>> = {
  'ssh-trust': ({ type, base64 }) => !isKeyFault(parseKeyFields(type, base64)),
  'ssh-trust, fingerprint too': ({ type, base64 }) => {
    const key = parseKeyFields(type, base64)
    return !isKeyFault(key) && key.fingerprint.length === 50
  },
  ssh2: ({ line }) => !(ssh2.utils.parseKey(line) instanceof Error),
  sshpk: ({ line }) => sshpk.parseKey(line, 'ssh').size > 0,
}

/** Reading public keys from lines, beside ssh2 and sshpk. Ours also asks whether the point is on its curve. */
export async function benchSshKeys(options: Options): Promise<void> {
  const figures: KeyRate[] = []
  for (const [type, make] of Object.entries(MAKERS)) {
    const lines = Array.from({ length: KEYS }, () => lineOf(make()))
    for (const [reader, read] of Object.entries(READERS)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
      figures.push({ type, reader, perSecond: await rate(() => () => readAll(lines, read)) })
    }
  }
  const rows = Object.keys(READERS).map((reader) => [
    reader,
    ...figures
      .filter((one) => one.reader === reader)
      .map(({ perSecond }) => `${short(perSecond)} (${(1e6 / perSecond).toFixed(1)} µs)`),
  ])
  const body = markdownTable([['keys a CPU-second', ...Object.keys(MAKERS)], ...rows])
  report({ name: 'ssh-keys', body, figures }, options)
}

/** How often the keys of a round are read in it. */
const TURNS = 40

function readAll(lines: readonly KeyLine[], read: (key: KeyLine) => boolean): number {
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const line of lines) if (!read(line)) throw new Error(`not read: ${line.line}`)
  }
  return TURNS * lines.length
}

function lineOf(publicKey: KeyObject): KeyLine {
  const key = fromKeyObject(publicKey)
  if (isKeyFault(key)) throw new TypeError(`not a key: ${key.fault}`)
  const line = formatKeyLine(key)
  const [type = '', base64 = ''] = line.split(' ')
  return { line, type, base64 }
}
