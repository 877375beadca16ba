import { escapeControls } from '@gatehouse/core'
import type { StatedDecision, StatedReason } from '../kinds/stated.ts'
import type { Paint } from '../terminal.ts'
import type { StatedCertificate, StatedSubject } from './stated.ts'

/** Most alternative names that people are shown; `--json` has all. */
const MAX_NAMES = 20

/** A certificate for people, one fact a line, escaped. */
export function renderCertificate(
  certificate: StatedCertificate,
  title: string,
  paint: Paint,
): string[] {
  const { issuer, selfIssued, notBefore, notAfter, serialNumber } = certificate
  return [
    ...heading(certificate, title, paint),
    ...subjectLines(certificate),
    fact('valid', `${notBefore} to ${notAfter}`),
    fact('issuer', selfIssued ? 'itself' : issuer),
    fact('serial', serialNumber),
    fact('SHA-256', certificate.sha256),
  ]
}

/** A request for people. */
export function renderRequest(request: StatedSubject, paint: Paint): string[] {
  return [
    ...heading(request, 'request', paint),
    ...subjectLines(request),
    fact('SHA-256', request.sha256),
  ]
}

/** One line of a list of facts. */
export function fact(name: string, value: string): string {
  return `  ${name.padEnd(8)} ${escapeControls(value)}`
}

function heading({ subject }: StatedSubject, title: string, paint: Paint): string[] {
  const who = subject === '' ? '(no subject)' : escapeControls(subject)
  return [`${title}: ${paint('strong', who)}`]
}

function subjectLines({ names, key, keyUsage, purposes, authority }: StatedSubject): string[] {
  const shown = names.slice(0, MAX_NAMES).map(({ value }) => value)
  const more = names.length > shown.length ? [`and ${names.length - shown.length} more`] : []
  const uses = [
    ...(authority === null ? [] : [authorityText(authority)]),
    keyUsage === null ? 'any usage' : keyUsage.join(', '),
    purposes === null ? 'no purpose named' : `for ${purposes.join(', ')}`,
  ]
  return [
    ...(names.length === 0 ? [] : [fact('names', [...shown, ...more].join(', '))]),
    fact('key', key),
    fact('usage', uses.join('; ')),
  ]
}

function authorityText({ pathLength }: { readonly pathLength: number | null }): string {
  return pathLength === null ? 'authority' : `authority with at most ${pathLength} below`
}

/**
 * A decision about certificates for people: each reason with its sentence and its certificate.
 *
 * ```text
 * DENY   name-mismatch         the certificate is for other names: subject CN=web01
 *                              certificate 3f2a…
 * ```
 */
export function renderVerdict({ outcome, reasons }: StatedDecision, paint: Paint): string[] {
  return reasons.flatMap((reason, index) => {
    const word = index === 0 ? paint(outcome, outcome.toUpperCase().padEnd(6)) : 'also  '
    return [`${word} ${reasonLine(reason)}`, ...placeLine(reason)]
  })
}

function reasonLine({ code, sentence = '' }: StatedReason): string {
  return `${escapeControls(code).padEnd(20)}  ${escapeControls(sentence)}`.trimEnd()
}

function placeLine({ source }: StatedReason): string[] {
  if (source === undefined) return []
  const [kind, value] = Object.entries(source)[0] as [string, string]
  return [`${' '.repeat(29)}${escapeControls(`${kind} ${value}`)}`]
}
