import { errorStatusOf } from '../message/index.ts'
import { formatOid, type Oid } from '../oid.ts'
import type { ErrorStatus } from '../verdict.ts'
import type { IndexedInstance } from './mib-index.ts'
import type { ReportFault } from './mib-objects.ts'
import { isTable, type MibRequest, type NetSnmpMib, type ProviderHandler } from './model.ts'

/** What a handler is asked about. */
export interface HandlerQuestion {
  readonly instance: IndexedInstance
  /** The PDU type by its tag. */
  readonly operation: number
  /** Of a SET: what it would write, and which of the two calls it is. */
  readonly set?: { readonly value: unknown; readonly phase: 'test' | 'commit' }
}

/** How handlers are asked. */
export interface HandlerOptions {
  readonly mib: NetSnmpMib
  /** Longest time for all handlers of one message together. */
  readonly timeoutMs: number
  readonly report: ReportFault
}

/** An object whose handler did not let it pass. */
export interface HandlerFailure {
  readonly oid: Oid
  readonly status: ErrorStatus
}

/**
 * Asks the handlers of some instances, all at once.
 *
 * @returns Those that failed, threw, or did not call `done` in time; a call that comes later does
 *   nothing.
 */
export async function askHandlers(
  questions: readonly HandlerQuestion[],
  options: HandlerOptions,
): Promise<readonly HandlerFailure[]> {
  const asked = questions.filter(({ instance }) => instance.provider.handler !== undefined)
  if (asked.length === 0) return []
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, options.timeoutMs, 'late')
  })
  const statuses = await Promise.all(
    asked.map(async (question) => {
      const status = await Promise.race([askHandler(question, options), late])
      if (status !== 'late') return status
      options.report(formatOid(question.instance.oid), 'the handler did not call `done` in time')
      return 'genErr'
    }),
  )
  clearTimeout(timer)
  return statuses.flatMap((status, at) => {
    const oid = asked[at]?.instance.oid
    return status === 'noError' || oid === undefined ? [] : [{ oid, status }]
  })
}

function askHandler(question: HandlerQuestion, options: HandlerOptions): Promise<ErrorStatus> {
  const { instance } = question
  return new Promise((resolve) => {
    const failed = (cause: unknown): void => {
      options.report(formatOid(instance.oid), 'the handler of the provider throws', cause)
      resolve('genErr')
    }
    const request = requestOf(question, options.mib, (error) => resolve(statusOf(error)))
    try {
      const handler = instance.provider.handler as ProviderHandler
      const returned = handler(request)
      if (returned instanceof Promise) returned.catch(failed)
    } catch (error) {
      failed(error)
    }
  })
}

function statusOf(error: { readonly errorStatus?: number } | undefined): ErrorStatus {
  const { errorStatus = 0 } = error ?? {}
  return errorStatusOf(errorStatus) ?? 'genErr'
}

function requestOf(
  { instance, operation, set }: HandlerQuestion,
  mib: NetSnmpMib,
  done: MibRequest['done'],
): MibRequest {
  const { oid, node, provider } = instance
  return {
    operation,
    address: [...oid],
    oid: formatOid(oid),
    providerNode: mib.providerNodes[provider.name] ?? null,
    provider,
    instanceNode: node,
    isScalar: () => !isTable(provider),
    isTabular: () => isTable(provider),
    done,
    ...(set !== undefined && { setType: node.valueType as number, setValue: set.value }),
    ...(set?.phase === 'test' && { testSet: true as const }),
    ...(set?.phase === 'commit' && { commitSet: true as const }),
  }
}
