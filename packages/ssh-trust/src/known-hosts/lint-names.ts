import { formatAddress, parseAddress } from '@gatehouse/address-set'
import { type HostFindingCode } from './lint-codes.ts'

/** Longest item that a list may have; see `matchesList`. */
const MAX_ITEM_BYTES = 1022

/** What is wrong with one item of a list, and how it should read, where that is plain. */
export interface ItemFault {
  readonly code: HostFindingCode
  /** Where the item begins in the list. */
  readonly at: number
  readonly item: string
  readonly instead?: string
}

/** The items of a list with their places, in order; empty ones, which mean nothing, left out. */
export function itemsOf(hosts: string): { readonly item: string; readonly at: number }[] {
  let at = 0
  return hosts.split(',').flatMap((item) => {
    const place = at
    at += item.length + 1
    return item === '' ? [] : [{ item, at: place }]
  })
}

/** What is wrong with the items of a list, one fault an item. */
export function itemFaults(hosts: string): ItemFault[] {
  const items = itemsOf(hosts)
  if (hosts.startsWith('|')) {
    const [, second] = items
    return second === undefined ? [] : [{ code: 'hash-in-list', ...second }]
  }
  return items.flatMap(({ item, at }) => {
    const name = item.startsWith('!') ? item.slice(1) : item
    const fault = faultOf(name)
    if (fault === undefined) return []
    const { code, instead } = fault
    const sign = name === item ? '' : '!'
    return [{ code, at, item, ...(instead === undefined ? {} : { instead: sign + instead }) }]
  })
}

function faultOf(
  name: string,
): { readonly code: HostFindingCode; readonly instead?: string } | undefined {
  if (name.length > MAX_ITEM_BYTES) return { code: 'name-too-long' }
  if (name.startsWith('|')) return { code: 'hash-in-list' }
  const bracketed = /^\[([^[\]]*)\](?::(\d+))?$/u.exec(name)
  if (bracketed !== null) {
    const [, host = '', port] = bracketed
    if (port === undefined) return { code: 'brackets-without-port', instead: host }
    if (port === '22') return { code: 'default-port', instead: host }
    return nonCanonical(host, (address) => `[${address}]:${port}`)
  }
  const [, host = '', port = ''] = /^([^:[\]]+):(\d+)$/u.exec(name) ?? []
  if (port !== '') {
    return { code: 'port-without-brackets', instead: port === '22' ? host : `[${host}]:${port}` }
  }
  return nonCanonical(name, (address) => address)
}

function nonCanonical(
  host: string,
  write: (address: string) => string,
): { readonly code: HostFindingCode; readonly instead: string } | undefined {
  const address = parseAddress(host)
  if (address === undefined) return undefined
  const canonical = formatAddress(address)
  if (canonical === host.toLowerCase()) return undefined
  return { code: 'address-not-canonical', instead: write(canonical) }
}
