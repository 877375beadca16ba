import {
  EXPIRY_CODES,
  formatName,
  LIST_EXPIRY_CODES,
  type CertificateList,
  type ExpiryWarning,
  type ListWarning,
} from '@gatehouse/certificate-trust'
import { escapeControls } from '@gatehouse/core'
import type { Paint } from '../terminal.ts'
import { formatSeconds } from './instants.ts'
import { stateCertificate, stateEntry } from './stated.ts'

/** A warning about a certificate, or the trust in it, in fields for programs. */
export interface StatedWarning extends Pick<ExpiryWarning, 'code' | 'stage' | 'daysLeft'> {
  /** Where it was found. */
  readonly inputs: readonly string[]
  /** With the role and the end of the trust, where that is what ends. */
  readonly certificate: ReturnType<typeof stateCertificate> | ReturnType<typeof stateEntry>
}

/** A warning in fields for programs. */
export function stateWarning(
  { code, stage, daysLeft, certificate, entry }: ExpiryWarning,
  inputs: readonly string[],
): StatedWarning {
  const stated = entry === undefined ? stateCertificate(certificate) : stateEntry(entry)
  return { code, stage, daysLeft, inputs, certificate: stated }
}

/** A warning for people, escaped. */
export function renderWarning(
  { code, stage, daysLeft, inputs, certificate }: StatedWarning,
  paint: Paint,
): string[] {
  const { subject, notBefore, notAfter, sha256 } = certificate
  const trusted = 'until' in certificate && certificate.until !== undefined
  const end = trusted ? certificate.until : notAfter
  const when = code === 'not-yet-valid' ? `from ${notBefore}` : `until ${end}`
  const left = stage === null ? '' : `, ${daysLeft} days left`
  const role = trusted ? ` as ${certificate.role}` : ''
  return [
    `${paint(stage === null ? 'deny' : 'warning', code.padEnd(WIDTH))} ${escapeControls(subject)}${role}  ${when}${left}`,
    detail(`${EXPIRY_CODES[code]}; in ${inputs.join(', ')}`),
    detail(`SHA-256 ${sha256}`),
  ]
}

/** A warning about a revocation list in fields for programs. */
export interface StatedListWarning extends Pick<ListWarning, 'code' | 'daysLeft'> {
  readonly inputs: readonly string[]
  readonly list: {
    readonly issuer: string
    /** `null` for none. */
    readonly number: string | null
    readonly thisUpdate: string
    /** `null` when it does not say. */
    readonly nextUpdate: string | null
    readonly sha256: string
  }
}

/** A warning about a revocation list in fields for programs. */
export function stateListWarning(
  { code, daysLeft, list }: ListWarning,
  inputs: readonly string[],
): StatedListWarning {
  return { code, daysLeft, inputs, list: stateList(list) }
}

function stateList({
  issuer,
  number,
  thisUpdate,
  nextUpdate,
  sha256,
}: CertificateList): StatedListWarning['list'] {
  return {
    issuer: formatName(issuer),
    number: number === null ? null : `${number}`,
    thisUpdate: formatSeconds(thisUpdate),
    nextUpdate: nextUpdate === null ? null : formatSeconds(nextUpdate),
    sha256,
  }
}

/** A warning about a revocation list for people, escaped. */
export function renderListWarning(
  { code, daysLeft, inputs, list }: StatedListWarning,
  paint: Paint,
): string[] {
  const { issuer, number, thisUpdate, nextUpdate } = list
  const isSoon = code === 'list-ends-soon'
  const when = code === 'list-not-yet-valid' ? `from ${thisUpdate}` : `until ${nextUpdate ?? '?'}`
  const left = isSoon ? `, ${daysLeft} days left` : ''
  return [
    `${paint(isSoon ? 'warning' : 'deny', code.padEnd(WIDTH))} ${escapeControls(issuer)}, number ${number ?? '?'}  ${when}${left}`,
    detail(`${LIST_EXPIRY_CODES[code]}; in ${inputs.join(', ')}`),
  ]
}

/** Width of the longest code. */
const WIDTH = 18

function detail(text: string): string {
  return `${' '.repeat(WIDTH + 1)}${escapeControls(text)}`
}
