import { join } from 'node:path'
import { readNumber, readText } from './read.ts'

/** Most interfaces that are shown: four times what a host with containers has. */
const MAX_INTERFACES = 256

/** What went over an interface one way. */
interface Traffic {
  readonly octets: number
  readonly packets: number
  readonly errors: number
  readonly discards: number
}

/** A network interface as the kernel counts it. */
export interface NetworkInterface {
  /** Its number in the kernel. */
  readonly index: number
  readonly name: string
  /** Kind of hardware by the kernel's own numbers (ARPHRD), such as 1 for Ethernet. */
  readonly hardware: number
  readonly mtu: number
  /** Megabits per second; nothing where the kernel does not know. */
  readonly megabits: number | undefined
  /** Hardware address. */
  readonly address: Uint8Array
  /** Whether it is switched on. */
  readonly isUp: boolean
  /** State of operation in the kernel's words. */
  readonly state: string
  readonly received: Traffic & { readonly multicast: number }
  readonly sent: Traffic
}

/** The interfaces of the machine; none where there is no /proc. */
export function readInterfaces(proc = '/proc', sys = '/sys'): readonly NetworkInterface[] {
  const lines = (readText(join(proc, 'net/dev')) ?? '').split('\n')
  return lines
    .flatMap((line) => {
      const [, name, counts] = /^\s*([^\s:/]+(?::\d+)?):\s*(.*)$/.exec(line) ?? []
      return name === undefined || counts === undefined ? [] : [{ name, counts }]
    })
    .slice(0, MAX_INTERFACES)
    .flatMap(({ name, counts }) => readInterface(name, counts, join(sys, 'class/net', name)))
}

function readInterface(name: string, counts: string, folder: string): readonly NetworkInterface[] {
  const index = readNumber(join(folder, 'ifindex'))
  // Gone since the counts were read, or no device of its own.
  if (index === undefined || index < 1) return []
  const [inOctets, inPackets, inErrors, inDropped, , , , multicast, ...sent] = counts
    .trim()
    .split(/\s+/)
    .map(Number)
  const [outOctets, outPackets, outErrors, outDropped] = sent
  const megabits = readNumber(join(folder, 'speed'))
  const flags = readNumber(join(folder, 'flags')) ?? 0
  return [
    {
      index,
      name,
      hardware: readNumber(join(folder, 'type')) ?? 0,
      mtu: readNumber(join(folder, 'mtu')) ?? 0,
      megabits: megabits !== undefined && megabits > 0 ? megabits : undefined,
      address: hardwareAddress(readText(join(folder, 'address')) ?? ''),
      isUp: flags % 2 === 1,
      state: (readText(join(folder, 'operstate')) ?? '').trim(),
      received: {
        ...traffic(inOctets, inPackets, inErrors, inDropped),
        multicast: count(multicast),
      },
      sent: traffic(outOctets, outPackets, outErrors, outDropped),
    },
  ]
}

function traffic(octets?: number, packets?: number, errors?: number, discards?: number): Traffic {
  return {
    octets: count(octets),
    packets: count(packets),
    errors: count(errors),
    discards: count(discards),
  }
}

function count(value = 0): number {
  return Number.isFinite(value) && value > 0 ? value : 0
}

function hardwareAddress(text: string): Uint8Array {
  const bytes = text.trim().split(':')
  const isAddress = bytes.every((byte) => /^[0-9a-f]{2}$/i.test(byte))
  return Uint8Array.from(isAddress ? bytes.map((byte) => Number.parseInt(byte, 16)) : [])
}
