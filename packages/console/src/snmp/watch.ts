import { ConfigError } from '@gatehouse/core'
import { CommandGenerator } from '@gatehouse/snmp-access/engine'
import type { SystemDirectory } from '../systems.ts'
import type { Recorder } from '../tasks/record.ts'
import { SnmpMonitor } from './monitor.ts'
import type { SnmpSettings } from './settings.ts'
import { TrapDesk } from './trap-desk.ts'
import { CAVEATS, type SnmpView } from './view.ts'

/** What a watch is started with. */
export interface WatchOptions {
  readonly settings: SnmpSettings
  /** The systems of the console; those in the settings are polled. */
  readonly directory: SystemDirectory
  /** Keeps notifications that are refused. Default: nobody. */
  readonly record?: Recorder
  /** Least time between two polls of a system that traps cause, in milliseconds. Default 5000. */
  readonly trapGapMs?: number
}

/** Polls systems by SNMP, and receives their traps. */
export interface SnmpWatch {
  /** What is known now. */
  readonly view: SnmpView
  /** Polls every system now, and resolves when that is done. */
  readonly pollAll: () => Promise<void>
  /** Reads the snmptrapd.conf again; one with errors changes nothing. */
  readonly reload: () => Promise<void>
  /** Ends it. */
  readonly close: () => Promise<void>
}

/**
 * Starts to poll, and to receive traps where the settings have `traps`.
 *
 * @throws ConfigError for a port that cannot be had and for settings of systems that the directory does not have;
 *   ParseError for an snmptrapd.conf with errors.
 */
export async function startWatch(options: WatchOptions): Promise<SnmpWatch> {
  const { settings, directory, record, trapGapMs } = options
  let desk: TrapDesk | undefined
  await requireKnown(settings, directory)
  const generator = await CommandGenerator.open()
  const monitor = new SnmpMonitor({
    settings,
    directory,
    asker: generator,
    onProven: (user, engine, system) => desk?.trust(user, engine, system),
    ...(trapGapMs !== undefined && { trapGapMs }),
  })
  const { traps } = settings
  try {
    desk =
      traps &&
      (await TrapDesk.open({
        settings: { ...settings, traps },
        systemAt: (address) => monitor.systemAt(address),
        onTaken: (system) => {
          if (system !== undefined) monitor.pollSoon(system)
        },
        ...(record && { record }),
      }))
  } catch (error) {
    await generator.close()
    throw error
  }
  const reload = desk && setInterval(() => void desk.reload(), RELOAD_MS)
  monitor.start()
  return {
    get view(): SnmpView {
      const { fault } = monitor
      return {
        systems: monitor.systems,
        ...(fault !== undefined && { fault }),
        ...(desk && { receiver: desk.view }),
        events: desk?.events ?? [],
        caveats: CAVEATS,
      }
    },
    pollAll: () => monitor.pollAll(),
    reload: async () => {
      await desk?.reload()
    },
    close: async () => {
      clearInterval(reload)
      // In this order: what still waits for an answer ends with the sockets.
      await Promise.all([desk?.close(), generator.close()])
      await monitor.close()
    },
  }
}

/** How often the snmptrapd.conf is read again. */
const RELOAD_MS = 10_000

async function requireKnown(
  { file, systems }: SnmpSettings,
  directory: SystemDirectory,
): Promise<void> {
  const known = new Set((await directory.list()).map(({ name }) => name))
  const unknown = [...systems.keys()].find((name) => !known.has(name))
  if (unknown === undefined) return
  const what = `SNMP settings \`${file}\`: field \`systems.${unknown}\` names no system of the systems file`
  throw new ConfigError(what, { source: { file } })
}
