import { spawnSync } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  decideHostKey,
  parseKnownHosts,
  type KnownHosts,
  type PublicKey,
} from '@gatehouse/ssh-trust'
import type { Options } from './command.ts'
import { settle } from './garbage.ts'
import { markdownTable } from './markdown-table.ts'
import { median } from './measure.ts'
import { randomNumbers } from './random.ts'
import { report } from './report.ts'
import { ed25519Key, keyFields } from './ssh/keys.ts'

/** How names stand in a file. */
type Names = 'plain' | 'hashed'

/** What look-ups take in one file, in milliseconds by the clock. */
export interface LookUpTimes {
  readonly names: Names
  readonly lines: number
  /** From the file to the first decision, file read and parsed. */
  readonly first: number
  /** `ssh-keygen -F` for the same name, the whole process. */
  readonly keygen: number
  /** The first over `ssh-keygen -F`, the median of the rounds. */
  readonly ratio: number
  /** A further name of the same store. */
  readonly next: number
  /** A name that was asked before. */
  readonly again: number
}

const LINES = 100_000
const ROUNDS = 9
const WARM_UP_ROUNDS = 2
const FURTHER = { plain: 200, hashed: 5 }
const REPEATS = 200
/** More than all rounds ask for. */
const ASKED = 4_000

/**
 * Look-ups in known_hosts files of 100,000 lines, beside `ssh-keygen -F`, in turn. Every round reads the
 * file anew and asks for other names; each must be found by both.
 */
export function benchSshKnownHosts(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  try {
    const figures = (['plain', 'hashed'] as const).map((names) => timesOf(names, folder))
    const rows = figures.map(({ names, lines, first, keygen, ratio, next, again }) => [
      `${lines.toLocaleString('en')} lines, ${names}`,
      `${first.toFixed(1)} ms`,
      `${keygen.toFixed(1)} ms`,
      `${ratio.toFixed(2)} ×`,
      `${(next * 1000).toFixed(1)} µs`,
      `${(again * 1000).toFixed(1)} µs`,
    ])
    const body = markdownTable([
      ['file', 'first look-up', '`ssh-keygen -F`', 'ratio', 'another name', 'the same again'],
      ...rows,
    ])
    report({ name: 'ssh-known-hosts', body, figures }, options)
  } finally {
    rmSync(folder, { recursive: true })
  }
  return Promise.resolve()
}

function timesOf(names: Names, folder: string): LookUpTimes {
  const file = join(folder, names)
  const { text, key, hosts } = fileOf(names)
  writeFileSync(file, text)
  const next = (): string => hosts.pop() ?? ''
  const rounds: Lookups[] = []
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    settle()
    const one = lookUp(next, { file, key, further: FURTHER[names] })
    if (round >= 0) rounds.push(one)
  }
  const of = (part: keyof Lookups): number => median(rounds.map((round) => round[part]))
  const ratio = median(rounds.map(({ first, keygen }) => first / keygen))
  const [first, keygen] = [of('first'), of('keygen')]
  return { names, lines: LINES, first, keygen, ratio, next: of('next'), again: of('again') }
}

/** A file, and hosts of its last third that have one key. */
function fileOf(names: Names): { text: string; key: PublicKey; hosts: string[] } {
  const random = randomNumbers(LINES)
  const key = ed25519Key(random)
  const asked = new Set(
    Array.from({ length: ASKED }, () => LINES - 1 - random(Math.floor(LINES / 3))),
  )
  const nameOf = { plain: hostOf, hashed: (number: number) => hashed(hostOf(number)) }[names]
  const lines = Array.from({ length: LINES }, (_, at) => {
    return `${nameOf(at)} ${keyFields(asked.has(at) ? key : ed25519Key(random))}\n`
  })
  return { text: lines.join(''), key, hosts: Array.from(asked, hostOf) }
}

/** Milliseconds of one round. */
type Lookups = Pick<LookUpTimes, 'first' | 'keygen' | 'next' | 'again'>

function lookUp(
  next: () => string,
  { file, key, further }: { file: string; key: PublicKey; further: number },
): Lookups {
  const host = next()
  let store: KnownHosts | undefined
  const first = timed(1, () => {
    store = parseKnownHosts([{ file, text: readFileSync(file) }])
    find(host)
  })
  const keygen = timed(1, () => {
    const { status } = spawnSync('ssh-keygen', ['-F', host, '-f', file], { stdio: 'ignore' })
    if (status !== 0) throw new Error(`ssh-keygen does not find ${host}`)
  })
  return {
    first,
    keygen,
    next: timed(further, () => find(next())),
    again: timed(REPEATS, () => find(host)),
  }

  function find(name: string): void {
    if (store === undefined) throw new Error('no store')
    const { outcome } = decideHostKey({ host: name, port: 22, key }, store)
    if (outcome !== 'allow') throw new Error(`${name} is not found`)
  }
}

/** Milliseconds that each of some turns takes. */
function timed(turns: number, work: () => void): number {
  const start = performance.now()
  for (let turn = 0; turn < turns; turn += 1) work()
  return (performance.now() - start) / turns
}

function hostOf(number: number): string {
  return `web${number}.example.com`
}

function hashed(name: string): string {
  const salt = randomBytes(20)
  const hmac = createHmac('sha1', salt).update(name).digest('base64')
  return `|1|${salt.toString('base64')}|${hmac}`
}
