import type { ObjectInstance } from '@gatehouse/snmp-access/engine'
import type { NetworkInterface } from '../machine/interfaces.ts'
import { INTERFACES } from './arcs.ts'
import {
  counter,
  gauge,
  identifier,
  integer,
  octets,
  scalar,
  table,
  text,
  ticks,
  type Row,
} from './values.ts'

/** Kinds of IANAifType by those of the kernel; any other is `other`. */
const KINDS: Readonly<Record<number, number>> = {
  /** Ethernet: ethernetCsmacd. */
  1: 6,
  /** PPP. */
  512: 23,
  /** Loopback: softwareLoopback. */
  772: 24,
  /** Tunnels: tunnel. */
  768: 131,
  769: 131,
  776: 131,
  778: 131,
}

const OTHER_KIND = 1

/** States of operation (RFC 2863, ifOperStatus) by the kernel's words. */
const STATES: Readonly<Record<string, number>> = {
  up: 1,
  down: 2,
  testing: 3,
  dormant: 5,
  notpresent: 6,
  lowerlayerdown: 7,
}

const UP = 1
const DOWN = 2

/** The interfaces group. */
export function interfacesGroup(
  interfaces: readonly NetworkInterface[],
): readonly ObjectInstance[] {
  return [
    scalar([...INTERFACES, 1], integer(interfaces.length)),
    ...table([...INTERFACES, 2, 1], interfaces.map(rowOf)),
  ]
}

function rowOf(one: NetworkInterface): Row {
  const { index, name, hardware, mtu, megabits = 0, address, isUp, received, sent } = one
  return {
    index,
    columns: {
      1: integer(index),
      2: text(name),
      3: integer(KINDS[hardware] ?? OTHER_KIND),
      4: integer(mtu),
      5: gauge(megabits * 1_000_000),
      6: octets(address),
      7: integer(isUp ? UP : DOWN),
      8: integer(operation(one)),
      // When it came to its state is not known: as if before the agent started.
      9: ticks(0),
      10: counter(received.octets),
      11: counter(Math.max(received.packets - received.multicast, 0)),
      12: counter(received.multicast),
      13: counter(received.discards),
      14: counter(received.errors),
      15: counter(0),
      16: counter(sent.octets),
      // The kernel does not tell unicast from others on the way out.
      17: counter(sent.packets),
      18: counter(0),
      19: counter(sent.discards),
      20: counter(sent.errors),
      21: gauge(0),
      22: identifier([0, 0]),
    },
  }
}

/** A driver that does not say (loopback, tunnels) works when it is switched on. */
function operation({ state, isUp }: NetworkInterface): number {
  return STATES[state] ?? (isUp ? UP : DOWN)
}
