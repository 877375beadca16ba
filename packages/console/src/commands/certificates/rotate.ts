import {
  rotate,
  rotationProgress,
  type RotationProgress,
  type TrustedRole,
  type TrustList,
} from '@gatehouse/certificate-trust'
import { ConfigError, escapeControls } from '@gatehouse/core'
import { z } from 'zod'
import { readCertificates, readFingerprint } from '../../certificates/input.ts'
import { readJsonFile } from '../../certificates/json-file.ts'
import { answer } from '../../certificates/output.ts'
import { fact } from '../../certificates/render.ts'
import { stateEntry } from '../../certificates/stated.ts'
import { changeTrustList } from '../../certificates/trust-list.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { painter, type Terminal } from '../../terminal.ts'
import { renderEntry } from './trust.ts'

/** Options of `cert rotate`. */
export interface RotateOptions {
  /** SHA-256 of the old certificate, or its file. */
  readonly from: string
  /** The new certificate; with `holders` its SHA-256 will do. */
  readonly to: string
  /** The trust list. */
  readonly file?: string
  /** Last second in which the old one counts. */
  readonly until?: Date
  /** Role of both. Default: that of the old one. */
  readonly role?: TrustedRole
  /** Reports of systems; then nothing is changed, and they are asked who trusts what. */
  readonly holders?: string
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse cert rotate`: old and new are trusted until a date; with `--holders`, who has which. */
export async function rotateTrusted(options: RotateOptions, terminal: Terminal): Promise<ExitCode> {
  const { from: old, to, file, until, holders } = options
  const from = await readFingerprint(old)
  if (holders !== undefined) return tellHolders(from, { ...options, holders }, terminal)
  if (file === undefined || until === undefined) {
    throw new ConfigError('a rotation needs `--file` and `--until`; or ask for `--holders`')
  }
  const [certificate] = await readCertificates(to, {})
  const { before, after } = await changeTrustList(file, (list) => {
    const role = options.role ?? roleOf(list, from)
    return rotate(list, { from, to: { certificate, role }, until })
  })
  const role = options.role ?? roleOf(before, from)
  const ids = [from, certificate.sha256]
  const entries = after.entries
    .filter((entry) => entry.role === role && ids.includes(entry.certificate.sha256))
    .map(stateEntry)
  const paint = painter(terminal.colour)
  answer(
    options,
    {
      object: { command: 'cert rotate', file, entries },
      lines: [...entries.flatMap((entry) => renderEntry(entry, paint)), fact('written', file)],
    },
    terminal,
  )
  return EXIT.allow
}

/** The one role that a certificate is trusted in. @throws ConfigError when there is none, or several. */
function roleOf({ entries }: TrustList, sha256: string): TrustedRole {
  const own = entries.filter(({ certificate }) => certificate.sha256 === sha256)
  const [found, second] = own.map(({ role }) => role)
  if (found !== undefined && second === undefined) return found
  const roles = own.map(({ role }) => role).join(', ')
  const what = found === undefined ? 'is not on the list' : `is trusted as ${roles}`
  throw new ConfigError(`certificate ${sha256} ${what}`, { source: { certificate: sha256 } })
}

const fingerprint = z.string().regex(/^[0-9a-f]{64}$/)

const reportsSchema = z.array(
  z.strictObject({ system: z.string().min(1), trusts: z.array(fingerprint).nullable() }),
)

/** Exit code 1 while a system does not trust the new one. */
async function tellHolders(
  from: string,
  options: RotateOptions & { readonly holders: string },
  terminal: Terminal,
): Promise<ExitCode> {
  const to = await readFingerprint(options.to)
  const progress = rotationProgress(
    { from, to },
    await readJsonFile(options.holders, 'reports', reportsSchema),
  )
  const lines = GROUPS.flatMap(([group, title]) => {
    const systems = progress[group]
    return systems.length === 0 ? [] : [`${title.padEnd(14)} ${systems.join(', ')}`]
  })
  const verdict = progress.isComplete ? 'the old one can go' : 'the old one is needed still'
  answer(
    options,
    {
      object: { command: 'cert rotate', from, to, ...progress },
      lines: [...lines.map(escapeControls), verdict],
    },
    terminal,
  )
  return progress.isComplete ? EXIT.allow : EXIT.deny
}

const GROUPS: readonly (readonly [Exclude<keyof RotationProgress, 'isComplete'>, string])[] = [
  ['onlyOld', 'only the old'],
  ['neither', 'neither'],
  ['unknown', 'has not said'],
  ['both', 'both'],
  ['onlyNew', 'only the new'],
]
