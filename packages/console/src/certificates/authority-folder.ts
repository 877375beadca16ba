import { parseCertificateFile, type Certificate } from '@gatehouse/certificate-trust'
import { type Authority } from '@gatehouse/certificate-trust/issuing'
import { ConfigError } from '@gatehouse/core'
import { replaceFile, withLock } from '@gatehouse/core/files'
import { join } from 'node:path'
import { z } from 'zod'
import { readFileWhole, readKey } from './input.ts'
import { readJsonFile } from './json-file.ts'
import { formatSeconds } from './instants.ts'

/** Why a certificate can be revoked by hand. */
export const REVOKE_REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
] as const

/** Why a certificate was revoked by hand. */
export type RevokeReason = (typeof REVOKE_REASONS)[number]

/** One certificate that an authority issued. */
export interface Issued {
  readonly sha256: string
  readonly serialNumber: string
  readonly subject: string
  readonly notAfter: string
  /** Since when it is revoked, and why. */
  readonly revoked?: { readonly since: string; readonly reason: RevokeReason } | undefined
}

/** What an authority has done. */
export interface AuthorityIndex {
  readonly version: 1
  /** Number of the latest revocation list; 0 before the first. */
  readonly listNumber: number
  readonly issued: readonly Issued[]
}

const instant = z.iso.datetime()

const indexSchema: z.ZodType<AuthorityIndex> = z.strictObject({
  version: z.literal(1),
  listNumber: z.int().min(0),
  issued: z.array(
    z.strictObject({
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      serialNumber: z.string().regex(/^(?:[0-9a-f]{2}){1,20}$/),
      subject: z.string(),
      notAfter: instant,
      revoked: z.strictObject({ since: instant, reason: z.enum(REVOKE_REASONS) }).optional(),
    }),
  ),
})

/** Files of an authority's folder. */
export function authorityFiles(
  folder: string,
): Record<'key' | 'certificate' | 'index' | 'list' | 'lock', string> {
  return {
    key: join(folder, 'authority.key'),
    certificate: join(folder, 'authority.pem'),
    index: join(folder, 'index.json'),
    list: join(folder, 'crl.pem'),
    lock: join(folder, 'lock'),
  }
}

/** The index of an authority that has done nothing yet. */
export const NEW_INDEX: AuthorityIndex = { version: 1, listNumber: 0, issued: [] }

/** An authority whose folder is locked for this process. */
export interface OpenedAuthority extends Authority {
  /** Its own certificate and those above it, without the root: what goes out with what it issues. */
  readonly chain: readonly Certificate[]
  readonly index: AuthorityIndex
  /** Replaces the index in one step. What is to come of it follows after that. */
  readonly record: (index: AuthorityIndex) => Promise<void>
}

/**
 * Does something with an authority that nobody else does anything with meanwhile: the others wait.
 *
 * @throws ConfigError when the folder is none, or somebody works with it for too long.
 */
export function withAuthority<Value>(
  folder: string,
  work: (authority: OpenedAuthority) => Promise<Value>,
): Promise<Value> {
  const files = authorityFiles(folder)
  return withLock(files.lock, async () => {
    const key = await readKey(files.key, undefined)
    const bytes = await readFileWhole(files.certificate)
    const all = parseCertificateFile(bytes, { file: files.certificate })
    const [certificate] = all
    if (certificate === undefined) throw new ConfigError(`\`${files.certificate}\` is empty`)
    const record = (index: AuthorityIndex): Promise<void> =>
      replaceFile(files.index, formatIndex(index))
    const chain = all.filter(({ isSelfIssued }) => !isSelfIssued)
    return work({
      certificate,
      key,
      chain,
      index: await readJsonFile(files.index, 'index', indexSchema),
      record,
    })
  })
}

/** An index as the text of its file. */
export function formatIndex(index: AuthorityIndex): string {
  return `${JSON.stringify(index, undefined, 2)}\n`
}

/** What the index keeps of a certificate. */
export function issuedEntry(
  { sha256: id, serialNumber, notAfter }: Certificate,
  subject: string,
): Issued {
  return { sha256: id, serialNumber, subject, notAfter: formatSeconds(notAfter) }
}
