import { uptime } from 'node:os'
import { ObjectTree } from '@gatehouse/snmp-access/engine'
import type { Machine } from '../machine/machine.ts'
import type { Processes } from '../machine/processes.ts'
import type { Part } from '../status.ts'
import { INTERFACES, SYSTEM } from './arcs.ts'
import {
  HOST_GROUPS,
  hostDevices,
  hostPerformance,
  hostRunning,
  hostStorage,
  hostSystem,
} from './host-resources.ts'
import { interfacesGroup } from './interfaces.ts'
import { STATUS_TABLE, statusTable } from './status-table.ts'
import { systemGroup, type SystemTexts } from './system.ts'

/** How old may be what a file of the kernel's says, in milliseconds. */
const READ_MS = 1_000

/** The same for processes, of which each is a file. */
const PROCESSES_MS = 5_000

/** What the objects are of. */
export interface TreeParts {
  readonly texts: SystemTexts
  /** Seconds since the agent started. */
  readonly uptime: () => number
  readonly machine: Machine
  readonly parts: () => readonly Part[]
}

/** The objects of the agent, but those of the engine's own. */
export function objectTree({ texts, uptime: ours, machine, parts }: TreeParts): ObjectTree {
  const tree = new ObjectTree()
  const processes = recent(() => machine.processes)
  const quick = { maxAgeMs: READ_MS }
  const slow = { maxAgeMs: PROCESSES_MS }
  tree.register(SYSTEM, systemGroup(texts, ours))
  tree.register(INTERFACES, () => interfacesGroup(machine.interfaces), quick)
  tree.register(
    HOST_GROUPS.system,
    () => hostSystem(uptime(), new Date(), processes().count),
    quick,
  )
  tree.register(HOST_GROUPS.storage, () => hostStorage(machine.memory, machine.fileSystems), quick)
  tree.register(HOST_GROUPS.device, () => hostDevices(machine.load, machine.processorModel), quick)
  tree.register(HOST_GROUPS.running, () => hostRunning(processes()), slow)
  tree.register(HOST_GROUPS.performance, () => hostPerformance(processes()), slow)
  tree.register(STATUS_TABLE, () => statusTable(parts()), quick)
  return tree
}

/** Three subtrees are of processes: they are read once for all. */
function recent(read: () => Processes): () => Processes {
  let last: { readonly at: number; readonly value: Processes } | undefined
  return () => {
    const now = performance.now()
    if (last === undefined || now - last.at >= PROCESSES_MS) last = { at: now, value: read() }
    return last.value
  }
}
