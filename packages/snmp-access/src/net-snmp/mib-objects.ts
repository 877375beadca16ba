import type { CommitFailure, ContextObjects, ObjectInstance } from '../engine/responder/objects.ts'
import type { Value, Varbind } from '../message/model.ts'
import type { Absence } from '../mib.ts'
import { formatOid, type Oid } from '../oid.ts'
import type { ErrorStatus } from '../verdict.ts'
import { columnOf, isReadable, type IndexedInstance, type MibIndex } from './mib-index.ts'
import { WatchedMib } from './mib-watch.ts'
import { isTable } from './model.ts'
import { SetPlan } from './set-plan.ts'
import { toValue } from './values.ts'

/** Something that the Mib or a provider does wrong, for the integrator. Nothing of it goes to the sender. */
export type ReportFault = (oid: string, what: string, cause?: unknown) => void

/** What may not be had or set, and why, by dotted names: objects whose handler did not let them pass. */
export type Failures = Pick<ReadonlyMap<string, ErrorStatus>, 'get' | 'size'>

const NO_FAILURES: Failures = new Map<string, ErrorStatus>()

/** The objects of an npm net-snmp Mib, as the responder asks for them. */
export class MibObjects implements ContextObjects {
  readonly #watched: WatchedMib
  readonly #report: ReportFault
  #failures = NO_FAILURES
  #plan: { readonly of: readonly Varbind[]; readonly plan: SetPlan } | undefined

  constructor(watched: WatchedMib, report: ReportFault) {
    this.#watched = watched
    this.#report = report
  }

  get index(): MibIndex {
    return this.#watched.index
  }

  begin(): void {
    this.#plan = undefined
  }

  /** Answers while `work` runs as if these objects could not be had. */
  failing<Result>(failures: Failures, work: () => Result): Result {
    this.#failures = failures
    try {
      return work()
    } finally {
      this.#failures = NO_FAILURES
    }
  }

  find(oid: Oid): ObjectInstance | Absence {
    const found = this.index.at(oid)
    if (found !== undefined && isReadable(found)) {
      const value = this.#valueOf(found)
      if (value !== undefined) return { oid: found.oid, value }
    }
    return this.#hasType(oid) ? 'noSuchInstance' : 'noSuchObject'
  }

  next(oid: Oid): ObjectInstance | undefined {
    const { index } = this
    for (let at = index.positionAfter(oid); ; at += 1) {
      const instance = index.instanceAt(at)
      if (instance === undefined) return undefined
      const value = isReadable(instance) ? this.#valueOf(instance) : undefined
      if (value !== undefined) return { oid: instance.oid, value }
    }
  }

  test(varbinds: readonly Varbind[], position: number): ErrorStatus {
    const failed = this.#failures.get(formatOid((varbinds[position] as Varbind).oid))
    return failed ?? this.#planOf(varbinds).statuses[position] ?? 'genErr'
  }

  commit(varbinds: readonly Varbind[]): CommitFailure | undefined {
    const failure = this.#planOf(varbinds).commit()
    this.#plan = undefined
    return failure
  }

  /** What a SET would write, and whether it could; no row is made ready for it. */
  preview(varbinds: readonly Varbind[]): SetPlan {
    return new SetPlan(this.#watched, varbinds, this.#report)
  }

  #planOf(varbinds: readonly Varbind[]): SetPlan {
    if (this.#plan?.of === varbinds) return this.#plan.plan
    const plan = this.preview(varbinds)
    plan.makeRows()
    this.#plan = { of: varbinds, plan }
    return plan
  }

  /** @throws Error for an object whose handler failed: the answer is genErr. */
  #valueOf({ oid, node }: IndexedInstance): Value | undefined {
    if (this.#failures.size > 0 && this.#failures.get(formatOid(oid)) !== undefined) {
      throw new Error('the handler of a provider failed')
    }
    if (node.value === undefined || node.value === null) return undefined
    const value = toValue(node.valueType as number, node.value)
    if (value === undefined) this.#report(formatOid(oid), 'the value is none of its type')
    return value
  }

  /** Whether there are objects of this kind, whatever the instance. */
  #hasType(oid: Oid): boolean {
    const placed = this.index.providerOf(oid)
    if (placed === undefined) return false
    const { provider } = placed
    const column = isTable(provider) ? columnOf(provider, oid[placed.oid.length]) : undefined
    return isReadable({ provider, column })
  }
}
