import { compareOids, type Oid } from '../../oid.ts'
import type { Varbind } from '../../message/index.ts'
import type { Asked, SnmpResponse } from './peer-answer.ts'
import { SnmpError } from './snmp-error.ts'
import type { SnmpTarget } from './target.ts'

/** How a walk goes. */
export interface WalkOptions {
  /** Most objects that the walk gives; one more is `limit-reached`. Default 100,000. */
  readonly maxVarbinds?: number
  /** How many objects each request asks for, versions 2c and 3; halved when the peer finds it too much. Default 25. */
  readonly maxRepetitions?: number
}

/** What a walk asks; {@link CommandGenerator} is one. */
interface Asker {
  ask(target: SnmpTarget, asked: Asked): Promise<SnmpResponse>
}

const DEFAULT_MAX_VARBINDS = 100_000
const DEFAULT_MAX_REPETITIONS = 25

/** Everything in a subtree, in order. */
export async function* walk(
  asker: Asker,
  target: SnmpTarget,
  subtree: Oid,
  options: WalkOptions = {},
): AsyncGenerator<Varbind, void, undefined> {
  const { maxVarbinds = DEFAULT_MAX_VARBINDS } = options
  let { maxRepetitions = DEFAULT_MAX_REPETITIONS } = options
  let last = subtree
  let given = 0
  for (;;) {
    const { errorStatus, errorIndex, varbinds } = await asker.ask(
      target,
      stepFrom(last, target, maxRepetitions),
    )
    if (errorStatus === 'tooBig' && target.version !== '1' && maxRepetitions > 1) {
      maxRepetitions = Math.floor(maxRepetitions / 2)
      continue
    }
    if (errorStatus === 'noSuchName' && target.version === '1') return
    if (errorStatus !== 'noError') {
      throw new SnmpError('error-status', { message: errorStatus, errorStatus, errorIndex })
    }
    if (varbinds.length === 0) throw new SnmpError('answer-refused', { fault: 'varbinds' })
    for (const varbind of varbinds) {
      const { oid, value } = varbind
      if (value.type === 'endOfMibView' || !isWithin(oid, subtree)) return
      if (compareOids(oid, last) <= 0) throw new SnmpError('not-increasing')
      if (given >= maxVarbinds) throw new SnmpError('limit-reached')
      given += 1
      last = oid
      yield varbind
    }
  }
}

function stepFrom(oid: Oid, { version }: SnmpTarget, maxRepetitions: number): Asked {
  const varbinds = [{ oid, value: { type: 'unspecified' } }] as const
  return version === '1'
    ? { type: 'getnext', varbinds }
    : { type: 'getbulk', varbinds, nonRepeaters: 0, maxRepetitions }
}

function isWithin(oid: Oid, subtree: Oid): boolean {
  return oid.length >= subtree.length && subtree.every((sub, index) => oid[index] === sub)
}
