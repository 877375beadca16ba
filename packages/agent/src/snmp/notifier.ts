import { escapeControls } from '@gatehouse/core'
import type { Oid } from '@gatehouse/snmp-access'
import { RateLimit, type NotificationOriginator } from '@gatehouse/snmp-access/engine'
import type { Varbind } from '@gatehouse/snmp-access/message'
import type { Log } from '../log.ts'
import { NOTIFICATIONS, STATUS_CHANGED } from './mib/arcs.ts'
import { statusVarbinds } from './mib/status-table.ts'
import type { Sink } from './sinks.ts'
import type { Part } from './status.ts'

/** Most notifications to one receiver that are under way: informs wait for their acknowledgement. */
const MAX_PENDING = 16

/** How often a receiver hears of bad requests at most: anybody can send those. */
const FAILURES = { perSecond: 1 / 10, burst: 3 }

/** What notifications stand on. */
export interface NotifierParts {
  readonly originator: Pick<NotificationOriginator, 'send'>
  /** The receivers now. */
  readonly sinks: () => readonly Sink[]
  /** Seconds since the agent started. */
  readonly uptime: () => number
  readonly log: Log
}

/** How it goes with one receiver. */
interface Line {
  pending: number
  isFailing: boolean
  readonly failures: RateLimit
}

/** Tells receivers what happens here. Nothing waits for them; what does not arrive is told once in the log. */
export class Notifier {
  readonly #parts: NotifierParts
  readonly #lines = new Map<string, Line>()
  #isStopped = false

  constructor(parts: NotifierParts) {
    this.#parts = parts
  }

  /** The agent has started. */
  coldStart(): void {
    this.#tell(NOTIFICATIONS.coldStart, [])
  }

  /** Somebody is not who they say, or not where they may be. Each receiver hears of few of them. */
  authenticationFailure(): void {
    this.#tell(NOTIFICATIONS.authenticationFailure, [], (line) => line.failures.take())
  }

  /** A part is doing otherwise than before. */
  statusChanged(part: Part, row: number): void {
    this.#tell(STATUS_CHANGED, statusVarbinds(part, row))
  }

  /** Tells nobody any more, and nothing in the log of what is under way. */
  stop(): void {
    this.#isStopped = true
  }

  #tell(trapOid: Oid, varbinds: readonly Varbind[], may: (line: Line) => boolean = always): void {
    if (this.#isStopped) return
    const uptime = Math.trunc(this.#parts.uptime() * 100) % 2 ** 32
    for (const sink of this.#parts.sinks()) {
      const line = this.#lineTo(sink)
      if (line.pending < MAX_PENDING && may(line)) {
        void this.#send(sink, line, { trapOid, uptime, varbinds })
      }
    }
  }

  async #send(
    sink: Sink,
    line: Line,
    notification: Parameters<NotificationOriginator['send']>[1],
  ): Promise<void> {
    const { originator, log } = this.#parts
    const fields = { host: sink.host, port: sink.port, kind: sink.kind }
    line.pending += 1
    try {
      await originator.send(sink, notification)
      if (line.isFailing) log.info('notifications arrive', { event: 'notifications', ...fields })
      line.isFailing = false
    } catch (cause) {
      const detail = escapeControls(String(cause))
      const told = { event: 'notification-failed', ...fields, detail }
      if (!line.isFailing && !this.#isStopped)
        log.warn('a notification is not sent, or not acknowledged', told)
      line.isFailing = true
    } finally {
      line.pending -= 1
    }
  }

  #lineTo({ kind, version, host, port }: Sink): Line {
    const key = `${kind} ${version} ${host} ${port}`
    const known = this.#lines.get(key)
    if (known !== undefined) return known
    const line = { pending: 0, isFailing: false, failures: new RateLimit(FAILURES) }
    this.#lines.set(key, line)
    return line
  }
}

function always(): boolean {
  return true
}
