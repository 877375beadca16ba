import { escapeControls, formatSource, type LineSource } from '@gatehouse/core'
import { type HostDecision, type HostRequest } from './decide.ts'
import { lookupName } from './names.ts'

/** A key that a host has been known by. */
export interface FormerKey {
  /** Its fingerprint, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string
  /** The line that has it. */
  readonly source: LineSource
}

/** What a person has to see when a host shows another key than before. */
export interface HostKeyChange {
  /** The one name that is concerned, as its lines have it. */
  readonly name: string
  /** Fingerprint and type of the key that the host shows now. */
  readonly shown: { readonly fingerprint: string; readonly type: string }
  /** The keys that it is known by, the deciding line first. */
  readonly known: readonly FormerKey[]
  /** All of it and the safe way on, for people: lines of text without control characters. */
  readonly lines: readonly string[]
}

/**
 * Tells of a changed key what a person has to see: old and new fingerprint, file and line, and the safe way on,
 * which is to verify and then to replace this one name.
 *
 * @param decision - From `decideHostKey` for this request.
 * @returns Nothing where the decision is not about a changed key.
 */
export function describeChange(
  decision: HostDecision,
  request: HostRequest,
): HostKeyChange | undefined {
  const names = lookupName(request)
  if (decision.status !== 'changed' || names === undefined) return undefined
  const key = 'key' in request ? request.key : request.certificate.key
  const known = decision.reasons.flatMap(({ code, source, facts }): FormerKey[] =>
    code === 'key-changed'
      ? [{ fingerprint: facts?.['known'] ?? '', source: source as LineSource }]
      : [],
  )
  const name = Buffer.from(names.name, 'latin1').toString('utf8')
  const shown = { fingerprint: key.fingerprint, type: key.type }
  const files = [...new Set(known.map(({ source }) => source.file))]
  const lines = [
    `the key of \`${name}\` has changed: somebody may stand between, or the system has a new key`,
    ...known.map(({ fingerprint, source }) => `known  ${fingerprint}  ${formatSource(source)}`),
    `shown  ${shown.fingerprint}  ${shown.type}`,
    "ask the system's keeper for its fingerprint, another way than over this connection, and compare it with the one shown",
    `only when they agree, remove \`${name}\` from ${files.join(', ')}, no other name, and add the key that was shown`,
  ]
  return { name, shown, known, lines: lines.map(escapeControls) }
}
