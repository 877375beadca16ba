import { allow, deny, type Decision, type Reason, type Reasons } from './decision.ts'
import type { Provision, Reliance } from './guarantee.ts'
import { stateGuards, type Statement } from './statement.ts'

/** One model at work: it decides requests, and says what it promises and what it needs for that. */
export interface Guard<Request, Code extends string = string> {
  /** Short name, unique among the guards of a set-up, such as `hawk-trusted`. */
  readonly name: string
  /** What an allow of this guard guarantees, provided that what it relies on is met. */
  readonly provides: readonly Provision[]
  /** What this guard takes for granted. */
  readonly reliesOn: readonly Reliance[]
  /** Names of protections that were switched off or that a copied tool never had. Default: none. */
  readonly openings?: readonly string[]
  /** Decides one request. A throw or a rejection counts as a deny. */
  check(request: Request): Decision<Code> | Promise<Decision<Code>>
}

/** Several guards that decide as one. */
export interface ComposedGuard<Request> extends Guard<Request> {
  /** The guards in the order in which they are asked, nested compositions opened up. */
  readonly guards: readonly Guard<Request>[]
  /** What the guards promise together, and what that rests on. */
  readonly statement: Statement
  check(request: Request): Promise<Decision>
}

/** Code of the deny that stands for a guard which threw. */
export const GUARD_FAILED = 'guard-failed'

/**
 * Makes one guard of several: they are asked in order and the first deny ends it.
 *
 * The reasons of every guard asked are kept and marked with its name; those of a denying guard come
 * first. A guard that throws denies with `guard-failed`. Composing is associative.
 */
export function compose<Request>(
  first: Guard<Request>,
  ...rest: readonly Guard<Request>[]
): ComposedGuard<Request> {
  const guards = Object.freeze([first, ...rest].flatMap(open))
  const statement = stateGuards(guards)
  return Object.freeze({
    name: guards.map((guard) => guard.name).join(' + '),
    provides: statement.provided.map(({ guarantee, of }) =>
      of === undefined ? guarantee : { guarantee, of },
    ),
    reliesOn: statement.unmet.map(({ guarantee, of }) => ({ guarantee, of })),
    openings: statement.openings.map((entry) => entry.opening),
    guards,
    statement,
    check: (request: Request) => checkInOrder(guards, request),
  })
}

function open<Request>(guard: Guard<Request>): readonly Guard<Request>[] {
  return 'guards' in guard ? (guard as ComposedGuard<Request>).guards : [guard]
}

async function checkInOrder<Request>(
  guards: readonly Guard<Request>[],
  request: Request,
): Promise<Decision> {
  const reasons: Reason[] = []
  for (const guard of guards) {
    // oxlint-disable-next-line no-await-in-loop -- a later guard must not run before an earlier one allowed
    const decision = await checkOne(guard, request)
    const marked = decision.reasons.map((reason) => ({ ...reason, guard: guard.name }))
    if (decision.outcome !== 'allow')
      return deny(...([...marked, ...reasons] as unknown as Reasons))
    reasons.push(...marked)
  }
  return allow(...(reasons as unknown as Reasons))
}

async function checkOne<Request>(guard: Guard<Request>, request: Request): Promise<Decision> {
  try {
    return await guard.check(request)
  } catch {
    return deny({ code: GUARD_FAILED })
  }
}
