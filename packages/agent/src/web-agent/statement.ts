import { trustGuard } from '@gatehouse/certificate-trust'
import { stateGuards, type Guard, type Statement } from '@gatehouse/core'
import { signedRequestGuard } from '@gatehouse/signed-request'
import type { WebAgentParts } from './parts.ts'
import { toolGuard } from './tool-levels.ts'

/**
 * What is promised of tasks, by the settings in force. A signature shows the key of a certificate, and
 * the trust mode says whose that is: with the mode `name` or `all`, nobody knows.
 *
 * @param first - Guards of the connection.
 */
export function stateTasks(
  first: readonly Guard<never>[],
  { settings, tools, now }: Pick<WebAgentParts, 'settings' | 'tools' | 'now'>,
): Statement {
  return stateGuards([
    ...first,
    signedRequestGuard({ check: notAsked, authenticates: 'key of the certificate' }),
    trustGuard(settings.current(), { at: now }),
    toolGuard(tools),
  ])
}

/** The receiver decides; this guard only says what that comes to. */
function notAsked(): never {
  throw new TypeError('this guard decides nothing')
}
