import { escapeControls } from '@gatehouse/core'
import type { Execution, ExecutionRequest } from './exec/execution.ts'
import { runIn } from './exec/outcome.ts'
import type { ReplicatedSettings } from './exec/replication.ts'
import { renderDecision, renderFailure, renderValue } from './render.ts'
import type { TaskResult } from './signed-client/web-agent.ts'
import type { Paint } from './terminal.ts'

/** A task in a few words. Escaped. */
export function describeTask({ tool, from }: ExecutionRequest): string {
  return escapeControls(from === undefined ? `run ${tool}` : `run ${tool} from ${from}`)
}

/** What came of running a tool, for people: what each system did, and a line that counts. */
export function renderExecution(execution: Execution, paint: Paint): string[] {
  const { permission, settings, results } = execution
  if (permission.outcome === 'deny') {
    const missing = permission.lines.map((line) => `       ${escapeControls(line)}`)
    return [...renderDecision(permission, paint), ...missing, 'nothing was sent']
  }
  return [
    ...results.flatMap((result) => renderTask(result, paint)),
    ...(settings === undefined ? [] : settingsLines(settings)),
    summary(execution),
  ]
}

function settingsLines({ mode, names, trusted }: ReplicatedSettings): string[] {
  const consoles = [
    ...names.map((name) => `       console named ${name}`),
    ...trusted.map((sha256) => `       certificate ${sha256}`),
  ]
  const lines = [`settings with trust mode ${mode}, of ${consoles.length} entries:`, ...consoles]
  return lines.map((line) => escapeControls(line))
}

function renderTask(result: TaskResult, paint: Paint): string[] {
  const heading = paint('strong', result.system)
  if ('failure' in result) return [heading, ...renderFailure(result.failure, paint)]
  const { answer } = result
  const lines = [heading, ...renderDecision(answer, paint)]
  if (answer.error !== undefined) {
    const { code, message } = answer.error
    return [...lines, `${paint('warning', 'FAILED')} ${code}`, `       ${escapeControls(message)}`]
  }
  if (!('result' in answer)) return lines
  const run = runIn(answer.result)
  if (run === undefined) return [...lines, ...renderValue(answer.result)]
  const { exitCode, output, truncated } = run
  const text = output.replace(/\n$/, '')
  const written = text === '' ? [] : text.split('\n')
  return [
    ...lines,
    paint(exitCode === 0 ? 'quiet' : 'warning', `       exit code ${exitCode}`),
    ...written.map((line) => `       ${escapeControls(line)}`),
    ...(truncated ? [paint('quiet', '       and more, which was not kept')] : []),
  ]
}

function summary({ permission, results }: Execution): string {
  const count = (is: (result: TaskResult) => boolean): number => results.filter(is).length
  const denied = count((one) => 'answer' in one && one.answer.outcome === 'deny')
  const unknown = count((one) => 'failure' in one && one.failure.code === 'outcome-unknown')
  const done = count(isDone)
  const failed = results.length - denied - unknown - done
  const counts = [
    `${done} done`,
    ...(denied > 0 ? [`${denied} denied`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(unknown > 0 ? [`${unknown} with an unknown outcome`] : []),
  ]
  const systems = results.length === 1 ? '1 system' : `${results.length} systems`
  return `${systems} at level ${permission.level ?? 'none'}: ${counts.join(', ')}`
}

function isDone(result: TaskResult): boolean {
  if ('failure' in result) return false
  const { outcome, error } = result.answer
  if (outcome === 'deny' || error !== undefined) return false
  const run = runIn(result.answer.result)
  return run === undefined || run.exitCode === 0
}
