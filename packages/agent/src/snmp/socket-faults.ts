import { escapeControls } from '@gatehouse/core'
import { RateLimit } from '@gatehouse/snmp-access/engine'
import type { Log } from '../log.ts'

/** Three at once, then one in ten seconds: whoever forges where a message comes from makes them as well. */
const FAULTS = { perSecond: 0.1, burst: 3 }

/** Tells the log what sockets report, and how often it was not told. */
export function socketFaults(log: Log): (error: unknown) => void {
  const limit = new RateLimit(FAULTS)
  let leftOut = 0
  return (error) => {
    if (!limit.take()) {
      leftOut += 1
      return
    }
    const detail = escapeControls(String(error))
    log.warn('a socket of SNMP failed', { event: 'snmp-socket-failed', detail, leftOut })
    leftOut = 0
  }
}
