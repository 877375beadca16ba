import { randomBytes } from 'node:crypto'
import * as snmp from '@gatehouse/snmp-access'
import { CommandResponder, ObjectTree } from '@gatehouse/snmp-access/engine'
import { int, signed, tlv, type Element } from './ber.ts'
import { ENGINE, NUMBER, OBJECTS, POLICIES, TEXT } from './fixture.ts'
import { nameOf, type ReadVarbind } from './message.ts'

const TYPES: Readonly<Record<string, number>> = {
  Integer32: 2,
  OctetString: 4,
  ObjectIdentifier: 6,
  IpAddress: 0x40,
  Counter32: 0x41,
  TimeTicks: 0x43,
  Opaque: 0x44,
  Counter64: 0x46,
}

interface Cell {
  readonly oid: snmp.Oid
  readonly tag: number
  /** `undefined`: a counter, whose value is not foretold. */
  value: Buffer | undefined
}

/** What the agent's objects must be at every moment, written down apart from the agent. */
export class AgentMib {
  readonly #cells: readonly Cell[]
  #varbinds: readonly ReadVarbind[] = []

  constructor() {
    const own = new CommandResponder({
      policy: POLICIES.agent,
      objects: () => new ObjectTree(),
      engine: () => ENGINE,
      digestKey: randomBytes(16),
    }).objects()
    const cells: Cell[] = [
      ...OBJECTS.map(({ oid, type, value }) => ({ oid, tag: TYPES[type] as number, value })),
      ...own.map(({ oid, value }) => ({
        oid,
        tag: TYPES[value.type] as number,
        value: undefined,
      })),
    ]
    this.#cells = cells.toSorted((a, b) => snmp.compareOids(a.oid, b.oid))
  }

  /** As the core asks, for a message with these varbinds. */
  for(varbinds: readonly ReadVarbind[]): snmp.Mib {
    this.#varbinds = varbinds
    return {
      find: (oid) => {
        const before = this.#before(oid)
        if (before !== undefined && nameOf(before.oid) === nameOf(oid)) return instanceOf(before)
        return isBelow(oid, before) ? 'noSuchInstance' : 'noSuchObject'
      },
      next: (oid) => {
        const found = this.#cells.find((cell) => snmp.compareOids(cell.oid, oid) > 0)
        return found && instanceOf(found)
      },
      test: (oid, position) => this.#test(oid, position),
    }
  }

  /** What a varbind of an answer must hold; `undefined`: any value of its type. */
  valueOf(oid: snmp.Oid): { readonly tag: number; readonly value: Buffer | undefined } | undefined {
    const found = this.#before(oid)
    return found !== undefined && nameOf(found.oid) === nameOf(oid) ? found : undefined
  }

  /** Sets what was granted. */
  set(varbinds: readonly ReadVarbind[]): void {
    for (const { oid, value } of varbinds) {
      const cell = this.#before(oid)
      if (cell?.value === undefined) continue
      cell.value = value.tag === 2 ? int(signed(value)) : tlv(value.tag, value.contents)
    }
  }

  #before(oid: snmp.Oid): Cell | undefined {
    let low = 0
    let high = this.#cells.length
    while (low < high) {
      const middle = (low + high) >> 1
      const isAfter = snmp.compareOids((this.#cells[middle] as Cell).oid, oid) > 0
      if (isAfter) high = middle
      else low = middle + 1
    }
    return this.#cells[low - 1]
  }

  #test(oid: snmp.Oid, position: number): snmp.ErrorStatus {
    const value = this.#varbinds[position]?.value
    const cell = this.#before(oid)
    if (value === undefined || cell === undefined) return 'notWritable'
    if (nameOf(cell.oid) !== nameOf(oid)) {
      return isBelow(oid, cell) && isWritable(cell.oid) ? 'noCreation' : 'notWritable'
    }
    if (!isWritable(oid)) return 'notWritable'
    return value.tag === cell.tag ? faultOf(oid, value) : 'wrongType'
  }
}

/** What an agent says to a value of the right type, here and in the agent itself. */
function faultOf(oid: snmp.Oid, value: Element): snmp.ErrorStatus {
  const name = nameOf(oid)
  if (name === nameOf(TEXT)) return value.contents.length <= 64 ? 'noError' : 'wrongLength'
  const number = signed(value)
  return number >= 0 && number <= 100 ? 'noError' : 'wrongValue'
}

function isWritable(oid: snmp.Oid): boolean {
  return [NUMBER, TEXT].some((one) => nameOf(one) === nameOf(oid))
}

function isBelow(oid: snmp.Oid, cell: Cell | undefined): boolean {
  return cell !== undefined && cell.oid.every((sub, at) => oid[at] === sub)
}

function instanceOf({ oid, tag }: Cell): snmp.Instance {
  return { oid, counter64: tag === 0x46 }
}
