import { allow, compose, deny, type Allow, type Decision, type Reasons } from '@gatehouse/core'
import { MAX_ANSWER_BYTES, PATHS, TaskRequestSchema, type TaskRequest } from '@gatehouse/protocol'
import type { Hono } from 'hono'
import { REPLICATE } from '../config/tools.ts'
import { Failure } from '../failure.ts'
import type { Bindings } from '../listeners/http.ts'
import type { ProgramResult } from '../tools/program.ts'
import type { WebAgentParts } from './parts.ts'
import { replicateSettings } from './replicate.ts'
import { onSigned, type SignedBy } from './signed-messages.ts'
import { toolGuard } from './tool-levels.ts'

/**
 * Takes tasks: who signed is decided, and the value used up, then whether the level suffices; that is
 * recorded, then the tool runs, then the answer goes out. Whatever ends the process in between, the same
 * request does not run it again.
 */
export function addTasks(app: Hono<Bindings>, parts: WebAgentParts): void {
  const { journal, replier, tools } = parts
  const guard = compose(toolGuard(tools))
  const message = { path: PATHS.tasks, purpose: 'task', schema: TaskRequestSchema } as const
  onSigned(app, message, parts, async (task, by) => {
    const { user, level, tool, target } = task
    const decision = afterSignature(by.decision, await guard.check({ level, tool }))
    await journal.record({
      by: 'web-agent',
      peer: { address: by.address, verifiedName: null },
      clientCertificate: by.certificate,
      claimedUser: user,
      request: { action: 'web-agent.task', target: tool, passedLevel: level, system: target },
      decision,
    })
    return replier.carryOutSigned(decision, () => runTask(task, by, parts))
  })
}

/** One decision of two: who signed, and whether that may be done. A refusal has its own reasons first. */
function afterSignature(signed: Allow, decision: Decision): Decision {
  if (decision.outcome === 'allow') return allow(...join(signed.reasons, decision.reasons))
  return deny(...join(decision.reasons, signed.reasons))
}

function join([first, ...rest]: Reasons, more: Reasons): Reasons {
  return [first, ...rest, ...more]
}

async function runTask(
  { tool, arguments: values = {} }: TaskRequest,
  { caller }: SignedBy,
  parts: WebAgentParts,
): Promise<unknown> {
  if (tool === REPLICATE) return replicateSettings(values, caller, parts)
  if (Object.keys(values).length > 0) {
    const message = 'the tool takes no arguments'
    throw new Failure('invalid-arguments', { message, field: 'arguments' })
  }
  return fitting(await parts.tools.run(tool, 'tool'))
}

/** Room for what stands around the output of a tool. */
const MAX_OUTPUT_BYTES = MAX_ANSWER_BYTES - 16 * 1024

/** Output as an answer can hold it: characters that JSON escapes take up to six times their room. */
function fitting({ output, truncated, ...result }: ProgramResult): ProgramResult {
  if (jsonBytes(output) <= MAX_OUTPUT_BYTES) return { ...result, output, truncated }
  let [fits, tooMany] = [0, output.length]
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    if (jsonBytes(output.slice(0, middle)) <= MAX_OUTPUT_BYTES) fits = middle
    else tooMany = middle
  }
  return { ...result, output: output.slice(0, fits), truncated: true }
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text))
}
