import { AsyncLocalStorage } from 'node:async_hooks'
import type { PolicyHolder } from '@gatehouse/core'

/** Which policy a request looked at last. */
interface Seen {
  policy: object | undefined
}

/** Notices which policy in force a decision was made by, while others are made and files reloaded. */
export class Witness {
  readonly #seen = new AsyncLocalStorage<Seen>()

  /** The same policy; whoever looks at it is noticed. */
  watch<Policy extends object>(holder: PolicyHolder<Policy>): PolicyHolder<Policy> {
    const seen = this.#seen
    return {
      get current() {
        const policy = holder.current
        const request = seen.getStore()
        if (request !== undefined) request.policy = policy
        return policy
      },
    }
  }

  /** Does some work, and tells the policy that it looked at last; nothing when it looked at none. */
  async during<Result>(
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly policy: object | undefined }> {
    const seen: Seen = { policy: undefined }
    const result = await this.#seen.run(seen, work)
    return { result, policy: seen.policy }
  }
}
