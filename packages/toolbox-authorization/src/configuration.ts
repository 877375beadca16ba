import {
  allow,
  deny,
  isNoPolicy,
  type Decision,
  type LineSource,
  type NoPolicy,
} from '@gatehouse/core'
import { CONFIG_RIGHTS } from './account-files.ts'
import type { Code } from './codes.ts'
import { NONE } from './grant-table.ts'
import type { Account, Caller, ConfigRight, State } from './model.ts'
import { FULL_RIGHTS, LIMITED_RIGHTS } from './names.ts'
import { isText, malformed, refuseCaller } from './request.ts'
import { rankOf } from './run.ts'
import { principalsOf, refuseSignIn } from './sign-in.ts'
import { indexOf } from './state.ts'

/** What an action on the management server needs. */
export interface ActionRule {
  /** The least configuration right. */
  readonly needs: ConfigRight
  /** Whether the toolboxes Full Rights and Limited Rights on the management server count for that right. */
  readonly byToolbox: boolean
  /** Whether whoever started the thing may do it without any right. */
  readonly own: boolean
}

/** The actions on the management server that a configuration right decides; a closed table. */
export const ACTIONS: Readonly<Record<string, ActionRule>> = Object.freeze({
  'authorizations.list': rule('none'),
  'authorizations.change': rule('full'),
  'users.change': rule('full'),
  'toolboxes.change': rule('full'),
  'certificates.change': rule('full'),
  'ssh-keys.change': rule('full'),
  'reports.run': rule('none'),
  'reports.change': rule('limited', { byToolbox: true }),
  'tools.add': rule('limited', { byToolbox: true }),
  'tools.change': rule('full', { byToolbox: true }),
  'jobs.cancel': rule('full', { byToolbox: true, own: true }),
  'log.read': rule('full', { byToolbox: true }),
})

function rule(
  needs: ConfigRight,
  { byToolbox = false, own = false }: Partial<ActionRule> = {},
): ActionRule {
  return Object.freeze({ needs, byToolbox, own })
}

/** The wish to configure the management server. */
export interface ConfigurationRequest extends Caller {
  /** A key of {@link ACTIONS}; any other is denied. */
  readonly action: string
  /** Whether the caller started what it wants to cancel. */
  readonly startedByCaller: boolean
}

/**
 * Decides an action on the management server itself by the highest configuration right of the caller
 * and its groups.
 *
 * @returns `allow` with `right-suffices` or `own-job`, `deny` with `right-too-low`, each with the line
 * of what gives the highest right; or what refused the caller or the action before.
 */
export function checkConfiguration(
  state: State | NoPolicy,
  request: ConfigurationRequest,
): Decision<Code> {
  if (isNoPolicy(state)) return state.decision
  const refusal = refuseCaller(request)
  if (refusal !== undefined) return refusal
  const { action, startedByCaller } = request
  if (!isText(action)) return malformed('action')
  if (typeof startedByCaller !== 'boolean') return malformed('startedByCaller')
  const principals = principalsOf(indexOf(state), request)
  const reason = refuseSignIn(state, principals, request.signInAddress)
  if (reason !== undefined) return deny(reason)
  const wanted = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
  if (wanted === undefined) return deny({ code: 'unknown-action', source: { request: 'action' } })
  const { granted, source } = highestRight(state, principals, wanted.byToolbox)
  const facts = { granted, needed: wanted.needs }
  if (CONFIG_RIGHTS.indexOf(granted) >= CONFIG_RIGHTS.indexOf(wanted.needs)) {
    return allow({ code: 'right-suffices', source, facts })
  }
  if (wanted.own && startedByCaller) return allow({ code: 'own-job', source })
  return deny({ code: 'right-too-low', source, facts })
}

function highestRight(
  state: State,
  principals: readonly number[],
  byToolbox: boolean,
): { granted: ConfigRight; source: LineSource } {
  const index = indexOf(state)
  const accounts = principals.map((principal) => index.accounts[principal] as Account)
  const rights = accounts.map(({ configRight, source }) => ({ granted: configRight, source }))
  if (byToolbox) {
    for (const [name, granted] of RIGHT_TOOLBOXES) {
      const toolbox = index.findToolbox(name)
      const mask = index.enabled.map((enabled, number) => (number === toolbox ? enabled : 0))
      const rank = rankOf(index, principals, mask, index.cms)
      if (rank === NONE) continue
      rights.push({ granted, source: index.authorizations.sourceOf(rank) })
    }
  }
  return rights.reduce((best, one) => (order(one) > order(best) ? one : best))
}

function order({ granted }: { granted: ConfigRight }): number {
  return CONFIG_RIGHTS.indexOf(granted)
}

const RIGHT_TOOLBOXES = [
  [FULL_RIGHTS, 'full'],
  [LIMITED_RIGHTS, 'limited'],
] as const
