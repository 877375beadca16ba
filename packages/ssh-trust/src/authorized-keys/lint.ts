import type { Finding } from '@gatehouse/core'

import type { FromList } from './from-list.ts'
import { severityOf, type LoginFindingCode } from './lint-codes.ts'
import type { AuthorizedKeys, AuthorizedLine, KeyLine } from './model.ts'
import { answersAlways, subjectOf } from './who-can.ts'

/** A finding before its place is known. */
type Remark = readonly [code: LoginFindingCode, facts?: Readonly<Record<string, string>>]

const SHORT_RSA_BITS = 2048
const MAPPED = 0xffffn << 32n

/** Lists what a reviewer should worry about in an authorized_keys file, in the order of its lines. */
export function lintAuthorizedKeys({ lines }: AuthorizedKeys): Finding<LoginFindingCode>[] {
  const answering = new Map<string, KeyLine>()
  return lines.flatMap((line) => {
    const findings = remarksOn(line).map(([code, facts]) => finding(line, code, facts))
    if (line.kind !== 'key') return findings
    const earlier = answering.get(subjectOf(line))
    if (earlier !== undefined) {
      const related = [earlier.source]
      return [...findings, { ...finding(line, 'line-unreached'), related }]
    }
    if (answersAlways(line)) answering.set(subjectOf(line), line)
    return findings
  })
}

function finding(
  { source }: AuthorizedLine,
  code: LoginFindingCode,
  facts?: Readonly<Record<string, string>>,
): Finding<LoginFindingCode> {
  const base = { code, severity: severityOf(code), source, related: [] }
  return facts === undefined ? base : { ...base, facts }
}

function remarksOn(line: AuthorizedLine): Remark[] {
  switch (line.kind) {
    case 'comment':
      return []
    case 'unread':
      return line.text.startsWith('\u{feff}')
        ? [['byte-order-mark']]
        : [['line-unreadable', { fault: line.fault }]]
    case 'refused':
      return [['options-malformed', { fault: line.fault }]]
    case 'key':
      return [...remarksOnKey(line), ...remarksOnOptions(line)]
  }
}

function remarksOnKey({ key }: KeyLine): Remark[] {
  if (key.type === 'ssh-dss') return [['key-retired', { type: key.type }]]
  const isShort = key.type === 'ssh-rsa' && key.bits < SHORT_RSA_BITS
  return isShort ? [['key-short', { bits: String(key.bits) }]] : []
}

function remarksOnOptions({ options, writtenOptions }: KeyLine): Remark[] {
  const { certAuthority, command, environment, expiryTimes, from, portForwarding, principals } =
    options
  const remarks: Remark[] = []
  if (hasStrayComma(writtenOptions)) remarks.push(['stray-comma'])
  if (from !== null) remarks.push(...remarksOnFrom(from))
  if (expiryTimes.some(({ utc }) => !utc)) remarks.push(['expiry-in-local-time'])
  if (principals !== null && !certAuthority) remarks.push(['principals-unused'])
  if (principals === null && certAuthority) remarks.push(['authority-unbounded'])
  if (command !== null && portForwarding) remarks.push(['command-with-forwarding'])
  if (environment.length > 0) remarks.push(['environment-set'])
  return remarks
}

function remarksOnFrom({ entries, fault }: FromList): Remark[] {
  if (fault !== null) return [['from-list-malformed', { fault }]]
  const remarks: Remark[] = []
  const ambiguous = entries.find(({ network }) => network?.ambiguous === true)
  if (ambiguous !== undefined) remarks.push(['from-ambiguous', { entry: ambiguous.text }])
  const mapped = entries.find(
    ({ network }) =>
      network?.family === 6 && network.bits >= 96 && network.value >> 32n === MAPPED >> 32n,
  )
  if (mapped !== undefined) remarks.push(['from-mapped', { entry: mapped.text }])
  if (entries.every(({ negated }) => negated)) remarks.push(['from-only-negated'])
  const named = entries.find(({ text, network }) => network === null && /[g-z]/iu.test(text))
  if (named !== undefined) remarks.push(['from-by-name', { entry: named.text }])
  return remarks
}

const QUOTED = /"(?:\\"|[^"])*"/gu

function hasStrayComma(written: string): boolean {
  return /^,|,,|,$/u.test(written.replace(QUOTED, ''))
}
