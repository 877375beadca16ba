import { type Edit, type Finding, type LineSource } from '@gatehouse/core'
import { fromByteText, lowerCase } from '../text/bytes.ts'
import { matchesList } from '../text/pattern.ts'
import { severityOfHost, type HostFindingCode } from './lint-codes.ts'
import { itemFaults, itemsOf } from './lint-names.ts'
import { readKey, splitLine } from './line.ts'
import { type HostLine, type KnownHosts } from './store.ts'

type Entry = Extract<HostLine, { kind: 'entry' }>
type VoidHostLine = Extract<HostLine, { kind: 'void' }>

/** A finding before its place and severity are known. */
interface Remark {
  readonly code: HostFindingCode
  readonly related?: readonly LineSource[]
  readonly facts?: Readonly<Record<string, string>>
  readonly fix?: Edit
}

const SHORT_RSA_BITS = 2048
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf'

/**
 * Lists what a reviewer should worry about in known_hosts files, in the order of files and lines. Fixes hold for
 * the file of the finding, and are given where they keep what the line is meant to do.
 *
 * Hashed names are not known, so lines with them are compared with no other by name.
 */
export function lintKnownHosts(store: KnownHosts): Finding<HostFindingCode>[] {
  const lines = store.lines()
  const memory = memoryOf(lines)
  return lines.flatMap((line) => {
    const remarks = remarksOn(line, memory)
    return remarks.map(({ code, related = [], facts, fix }) => ({
      code,
      severity: severityOfHost(code),
      source: line.source,
      related,
      ...(facts === undefined ? {} : { facts }),
      ...(fix === undefined ? {} : { fix }),
    }))
  })
}

function remarksOn(line: HostLine, memory: Memory): Remark[] {
  const mark = line.source.line === 1 && line.text.startsWith(BYTE_ORDER_MARK)
  if (mark) {
    const text = line.text.slice(BYTE_ORDER_MARK.length)
    return [{ code: 'byte-order-mark', fix: replaced(line, text) }]
  }
  if (line.kind === 'blank') return []
  if (line.kind === 'void') return [remarkOnVoid(line)]
  return [...remarksOnNames(line), ...remarksOnKey(line), ...memory.compare(line)]
}

function remarkOnVoid(line: VoidHostLine): Remark {
  const { fault, keyFault = fault } = line
  const facts = { fault: keyFault }
  if (!/^[ \t]*@/u.test(line.text)) return { code: 'line-void', facts, fix: removal(line) }
  const small = line.text.replace(/@[A-Za-z-]+[ \t]/u, (marker) => lowerCase(marker))
  const spaced = small.replace(/^([ \t]*@[a-z-]+)\t/u, '$1 ')
  const fields = splitLine(spaced)
  const isMended = fields.kind === 'fields' && readKey(fields).kind === 'key'
  return { code: 'marker-void', facts, ...(isMended ? { fix: replaced(line, spaced) } : {}) }
}

function remarksOnNames(line: Entry): Remark[] {
  const { hosts, marker } = line
  const remarks = itemFaults(hosts).map(({ code, at, item, instead }): Remark => {
    const facts = { name: fromByteText(item.slice(0, 80), '') }
    if (instead === undefined) return { code, facts }
    const start = line.hostsAt + at
    const text = line.text.slice(0, start) + instead + line.text.slice(start + item.length)
    return { code, facts, fix: replaced(line, text) }
  })
  const items = itemsOf(hosts)
  const isHashed = hosts.startsWith('|')
  if (!isHashed && items.every(({ item }) => item.startsWith('!'))) {
    remarks.push({ code: 'only-negated' })
  }
  const isAll = !isHashed && items.some(({ item }) => /^\*+$/u.test(item))
  if (isAll && marker === 'none') remarks.push({ code: 'key-for-every-host' })
  if (isAll && marker === 'cert-authority') remarks.push({ code: 'authority-for-every-host' })
  return remarks
}

function remarksOnKey(line: Entry): Remark[] {
  const { key, marker, certified } = line
  if (marker === 'revoked') return []
  if (marker === 'none' && certified) return [{ code: 'certificate-as-key' }]
  if (key.type === 'ssh-dss') return [{ code: 'key-retired', fix: removal(line) }]
  const isShort = key.type === 'ssh-rsa' && key.bits < SHORT_RSA_BITS
  return isShort ? [{ code: 'key-short', facts: { bits: String(key.bits) } }] : []
}

/** Compares a line with those before it. */
interface Memory {
  readonly compare: (line: Entry) => Remark[]
}

/** One table look-up a name, so that a file of any size takes time in proportion. */
function memoryOf(lines: readonly HostLine[]): Memory {
  const revoked = revokingLines(lines)
  const said = new Map<string, LineSource>()
  const holders = new Map<string, { readonly source: LineSource; readonly hosts: Set<string> }>()
  const ofType = new Map<string, { readonly source: LineSource; readonly fingerprint: string }>()

  const repeated = (line: Entry, items: readonly string[]): LineSource | undefined => {
    const subject = `${line.marker} ${line.key.fingerprint} ${String(line.certified)}`
    const isPlain = items.every((item) => !/[*?!]/u.test(item))
    const units = isPlain ? items : [items.join()]
    const earlier = units.map((item) => said.get(`${subject} ${item}`))
    for (const item of units) {
      const id = `${subject} ${item}`
      if (!said.has(id)) said.set(id, line.source)
    }
    return earlier.every((source) => source !== undefined) ? earlier[0] : undefined
  }

  const compareNames = (line: Entry, items: readonly string[]): Remark[] => {
    const remarks: Remark[] = []
    const { fingerprint, type } = line.key
    const names = items.filter((item) => !/[*?!|]/u.test(item))
    const others = names.flatMap((name) => {
      const id = `${type} ${name}`
      const other = ofType.get(id)
      if (other === undefined) ofType.set(id, { source: line.source, fingerprint })
      return other === undefined || other.fingerprint === fingerprint ? [] : [other.source]
    })
    const [other] = others
    if (other !== undefined) remarks.push({ code: 'two-keys-of-type', related: [other] })
    const bare = names.map((name) => name.replace(/^\[(.*)\]:\d+$/u, '$1'))
    const holder = holders.get(fingerprint)
    if (holder === undefined) {
      if (bare.length > 0) holders.set(fingerprint, { source: line.source, hosts: new Set(bare) })
    } else if (bare.length > 0 && !bare.some((name) => holder.hosts.has(name))) {
      remarks.push({ code: 'key-under-other-name', related: [holder.source] })
    }
    return remarks
  }

  return {
    compare: (line) => {
      const items = itemsOf(lowerCase(line.hosts)).map(({ item }) => item)
      const before = repeated(line, items)
      if (before !== undefined) {
        return [{ code: 'line-repeated', related: [before], fix: removal(line) }]
      }
      if (line.marker === 'revoked') return []
      const revoking = revoked.get(line.key.fingerprint) ?? []
      const isOpen = items.some((item) => !revoking.some(({ hosts }) => matchesList(hosts, item)))
      const [first] = revoking
      const remarks: Remark[] =
        first !== undefined && isOpen
          ? [{ code: 'revoked-key-known', related: [first.source] }]
          : []
      return line.marker === 'none' ? [...remarks, ...compareNames(line, items)] : remarks
    },
  }
}

/** Lines that revoke one key and are compared with its other lines; more are not looked at. */
const MAX_REVOKING = 8

function revokingLines(lines: readonly HostLine[]): ReadonlyMap<string, readonly Entry[]> {
  const revoked = new Map<string, Entry[]>()
  for (const line of lines) {
    if (line.kind !== 'entry' || line.marker !== 'revoked') continue
    const { fingerprint } = line.key
    const others = revoked.get(fingerprint)
    if (others === undefined) revoked.set(fingerprint, [line])
    else if (others.length < MAX_REVOKING) others.push(line)
  }
  return revoked
}

function removal({ source: { line } }: HostLine): Edit {
  return [{ change: 'remove', line }]
}

function replaced({ source: { line } }: HostLine, bytes: string): Edit {
  return [{ change: 'replace', line, text: fromByteText(bytes, '').replace(/\r$/u, '') }]
}
