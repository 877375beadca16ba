import { Sessions } from '@gatehouse/signed-request'
import type { AgentSessions, TrustStore } from './parts.ts'

const MINUTE_MS = 60_000

/**
 * Sessions that may be idle for as long as the settings say. When that changes, all of them end: each
 * was opened for another time.
 */
export function timedSessions(settings: TrustStore, configured: number): AgentSessions {
  const minutesNow = (): number => settings.current().sessionMinutes ?? configured
  let minutes = minutesNow()
  let sessions = new Sessions({ idleMs: minutes * MINUTE_MS })
  settings.onChange(() => {
    if (minutesNow() === minutes) return
    minutes = minutesNow()
    sessions = new Sessions({ idleMs: minutes * MINUTE_MS })
  })
  return {
    open: (...given) => sessions.open(...given),
    find: (...given) => sessions.find(...given),
    end: (id) => sessions.end(id),
    endOf: (console) => sessions.endOf(console),
  }
}
