import type { Decision, Finding, TextOptions } from '@gatehouse/core'
import type { Random } from '../random.ts'
import type { FuzzFormat, Input } from './format.ts'
import { ensure, ensureDecision, ensureEqual, readOrRefused } from './oracle.ts'

/** What a package says of one kind of file. */
interface Verbs<Policy, Request> {
  readonly parse: (text: Input, options: TextOptions) => Policy
  readonly format: (policy: Policy) => string
  readonly check: (policy: Policy, request: Request) => Decision
  readonly explain: (policy: Policy, request: Request) => { readonly decision: Decision }
  readonly lint: (policy: Policy) => readonly Finding[]
  readonly CODES: Readonly<Record<string, string>>
  readonly LOAD_CODES: Readonly<Record<string, string>>
  readonly LINT_CODES: Readonly<Record<string, string>>
}

/**
 * Examines inputs as files whose text alone makes the policy: what is taken is written and read
 * again, and asked.
 */
export function examineBy<Policy, Request>(
  verbs: Verbs<Policy, Request>,
  makeRequest: (random: Random) => Request,
): FuzzFormat['examine'] {
  return (input, random) => {
    const options = { file: 'T', encoding: random(2) === 0 ? 'ascii' : 'utf-8' } as const
    const policy = readOrRefused(() => verbs.parse(input, options), verbs.LOAD_CODES)
    if (policy === undefined) return false
    const text = verbs.format(policy)
    const again = verbs.parse(text, options)
    ensureEqual(again, policy, 'what is written reads as another policy')
    ensureEqual(verbs.format(again), text, 'what is written is written anew otherwise')
    const request = makeRequest(random)
    const decision = verbs.check(policy, request)
    ensureDecision(decision, verbs.CODES)
    if (random(8) === 0) {
      const explained = verbs.explain(policy, request).decision
      ensureEqual(explained, decision, 'explain and check disagree')
      for (const { code } of verbs.lint(policy)) {
        ensure(Object.hasOwn(verbs.LINT_CODES, code), code)
      }
    }
    return true
  }
}
