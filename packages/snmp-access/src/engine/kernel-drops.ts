import { readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'

/** A socket that is bound. */
export interface BoundAddress {
  readonly address: string
  readonly port: number
}

/**
 * How many messages the kernel threw away because the buffers of these sockets were full; `undefined`
 * where the system does not say, or no longer knows one of them.
 *
 * @param files - The tables, for tests. Default those of Linux.
 */
export function kernelDrops(
  bound: readonly BoundAddress[],
  files: { readonly ipv4: string; readonly ipv6: string } = {
    ipv4: '/proc/net/udp',
    ipv6: '/proc/net/udp6',
  },
): number | undefined {
  let total = 0
  for (const address of bound) {
    const drops = dropsOf(address, isIPv6(bare(address.address)) ? files.ipv6 : files.ipv4)
    if (drops === undefined) return undefined
    total += drops
  }
  return total
}

function dropsOf({ address, port }: BoundAddress, file: string): number | undefined {
  let table: string
  try {
    table = readFileSync(file, 'latin1')
  } catch {
    return undefined
  }
  const local = `${hexOf(bare(address))}:${port.toString(16).toUpperCase().padStart(4, '0')}`
  for (const line of table.split('\n')) {
    const fields = line.trim().split(/\s+/)
    const drops = Number(fields.at(-1))
    if (fields[1] === local && Number.isSafeInteger(drops)) return drops
  }
  return undefined
}

/** An address without its zone. */
function bare(address: string): string {
  return address.split('%', 1)[0] ?? ''
}

/** Words of 32 bits as the kernel prints them: in the order of bytes of the machine. */
function hexOf(address: string): string {
  const octets = isIPv6(address) ? ipv6Octets(address) : Buffer.from(address.split('.').map(Number))
  if (LITTLE_ENDIAN) octets.swap32()
  return octets.toString('hex').toUpperCase()
}

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/** Octets of an address that a socket gave: no dotted part but that of a mapped one. */
function ipv6Octets(address: string): Buffer {
  const dotted = /^(?<head>.*:)(?<tail>\d+\.\d+\.\d+\.\d+)$/.exec(address)?.groups
  const tail = Buffer.from((dotted?.['tail'] ?? '').split('.').map(Number))
  const text =
    dotted === undefined
      ? address
      : `${dotted['head']}${tail.toString('hex', 0, 2)}:${tail.toString('hex', 2)}`
  const [before = '', after] = text.split('::')
  const head = groupsOf(before)
  const rest = after === undefined ? [] : groupsOf(after)
  const zeros = Array.from({ length: 8 - head.length - rest.length }, () => 0)
  const octets = Buffer.alloc(16)
  for (const [at, group] of [...head, ...zeros, ...rest].entries()) {
    octets.writeUInt16BE(group, at * 2)
  }
  return octets
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}
