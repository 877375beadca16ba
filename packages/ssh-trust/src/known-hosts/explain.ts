import { isNoPolicy, type Edit, type LineSource, type NoPolicy } from '@gatehouse/core'
import {
  decideHostKey,
  type HostDecision,
  type HostDecisionOptions,
  type HostRequest,
} from './decide.ts'
import { entryLine } from './entry-line.ts'
import { isWritable, lookupName } from './names.ts'
import { type HostEntry, type KnownHosts } from './store.ts'

/** What a line says to what a host shows. */
export type HostLineSays =
  'has-key' | 'has-other-key' | 'is-authority' | 'is-other-authority' | 'revokes' | 'revokes-other'

/** A line that has the host, and what it says. */
export interface ExplainedHostLine {
  /** Where it stands. */
  readonly source: LineSource
  /** Whether it has the name that was looked up, or the one without the port. */
  readonly name: 'own' | 'bare'
  /** What it says to the key or certificate that was shown. */
  readonly says: HostLineSays
  /** Fingerprint of its key. */
  readonly fingerprint: string
  /** Whether it decided. */
  readonly decided: boolean
}

/** A decision, every line that had a say, and what would turn it round. */
export interface HostExplanation {
  /** As `decideHostKey` gives it. */
  readonly decision: HostDecision
  /** The lines of the name, then those of the bare name, each in the order of files and lines. */
  readonly lines: readonly ExplainedHostLine[]
  /**
   * The smallest edit that turns the outcome round: one more line. It shows what the decision hangs on; that it
   * should be made is not said. Missing where no line would do it: a revoked key, a name that cannot be written.
   */
  readonly smallestEdit?: { readonly file: string; readonly edit: Edit }
}

/**
 * Decides as `decideHostKey` does, and shows every line that spoke, the deciding one, and the one line that
 * would change the answer.
 */
export function explainHostKey(
  request: HostRequest,
  store: KnownHosts | NoPolicy,
  options: HostDecisionOptions = {},
): HostExplanation {
  const decision = decideHostKey(request, store, options)
  const names = lookupName(request)
  if (isNoPolicy(store) || names === undefined) return { decision, lines: [] }
  const bare = names.bareName === undefined ? [] : store.entries(names.bareName)
  const explain = (name: 'own' | 'bare') => (entry: HostEntry) =>
    explained(entry, name, request, decision)
  const lines = [...store.entries(names.name).map(explain('own')), ...bare.map(explain('bare'))]
  const added = turningLine(request, decision)
  const [first] = store.files
  if (added === undefined || first === undefined) return { decision, lines }
  const edit: Edit = [{ change: 'insert', after: first.lineCount, text: added }]
  return { decision, lines, smallestEdit: { file: first.file, edit } }
}

function explained(
  { source, marker, key, certified }: HostEntry,
  name: 'own' | 'bare',
  request: HostRequest,
  { line }: HostDecision,
): ExplainedHostLine {
  const decided = line !== undefined && line.file === source.file && line.line === source.line
  const certificate = 'certificate' in request ? request.certificate : undefined
  const shown = 'key' in request ? request.key : request.certificate.key
  const isAuthority = certificate?.signatureKey.equals(key) === true
  const base = { source, name, fingerprint: key.fingerprint, decided }
  switch (marker) {
    case 'revoked':
      return { ...base, says: isAuthority || shown.equals(key) ? 'revokes' : 'revokes-other' }
    case 'cert-authority':
      return { ...base, says: isAuthority ? 'is-authority' : 'is-other-authority' }
    case 'none':
      return { ...base, says: !certified && shown.equals(key) ? 'has-key' : 'has-other-key' }
  }
}

/** Refusals that one line with the key turns into an acceptance. */
const MENDED_BY_LINE: ReadonlySet<string> = new Set(['host-unknown', 'key-changed'])

function turningLine(request: HostRequest, decision: HostDecision): string | undefined {
  const names = lookupName(request)
  if (names === undefined || !isWritable(names)) return undefined
  const key = 'key' in request ? request.key : request.certificate.key
  const line = entryLine(names.name, key)
  if (decision.outcome === 'allow') return `@revoked ${line}`
  return MENDED_BY_LINE.has(decision.reasons[0].code) ? line : undefined
}
