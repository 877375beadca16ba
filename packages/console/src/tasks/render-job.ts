import { StringDecoder } from 'node:string_decoder'
import { escapeControls } from '@gatehouse/core'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { renderDecision } from '../render.ts'
import type { Paint } from '../terminal.ts'
import type { JobView, RunResult, RunState } from './job.ts'
import type { JobSummary } from './requests.ts'
import type { OutputStream, RunFailureCode } from './runner.ts'

/** How a job stands, for people: each run, what it wrote unless that was shown before, and a line that counts. */
export function renderJob(
  job: JobView,
  paint: Paint,
  { withOutput }: { withOutput: boolean },
): string[] {
  return [
    ...job.runs.flatMap((run) => renderRun(run, paint, withOutput)),
    ...(job.unrecorded === true ? [paint('warning', 'the audit log lacks a part of it')] : []),
    `task ${job.id}, ${escapeControls(job.tool)}: ${counts(job.runs.map(({ state }) => state))}`,
  ]
}

/** Jobs, one a line. */
export function renderJobs(jobs: readonly JobSummary[]): string[] {
  if (jobs.length === 0) return ['no tasks']
  return jobs.map(({ id, tool, user, state, times, runs }) => {
    const states = Object.entries(runs).map(([name, count]) => `${count} ${name}`)
    const words = [id, times.asked, state.padEnd(7), states.join(', '), `${tool} for ${user}`]
    return escapeControls(words.join('  '))
  })
}

/** The exit code that stands for a run, as `exec` has it. */
export function exitCodeOfRun({ state, failure }: RunResult): ExitCode {
  if (state === 'done' || state === 'waiting' || state === 'running') return EXIT.allow
  return failure !== undefined && NOT_STARTED.has(failure.code) ? EXIT.usage : EXIT.internal
}

/** With these codes nothing was run on the system. */
const NOT_STARTED: ReadonlySet<RunFailureCode> = new Set<RunFailureCode>([
  'host-key-refused',
  'login-refused',
  'connection-failed',
  'timed-out',
  'store-unwritable',
  'request-refused',
  'request-malformed',
  'ssh2-missing',
  'settings-unusable',
])

/** Writes output line by line while it comes, each under the name of its system, controls escaped. */
export class LinePrinter {
  readonly #write: (text: string) => void
  readonly #streams = new Map<string, { text: string; decoder: StringDecoder; left: number }>()

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  /** Takes a piece of a stream. Of each stream no more is written than is kept of it. */
  take(system: string, chunk: Uint8Array, stream: OutputStream): void {
    const key = `${system} ${stream === 'stdout' ? '|' : '!'}`
    const state = this.#streams.get(key) ?? {
      text: '',
      decoder: new StringDecoder('utf8'),
      left: MAX_PRINTED_BYTES,
    }
    this.#streams.set(key, state)
    if (state.left === 0) return
    state.text += state.decoder.write(Buffer.from(chunk.subarray(0, state.left)))
    state.left = Math.max(0, state.left - chunk.length)
    const lines = state.text.split('\n')
    state.text = lines.pop() ?? ''
    for (const line of lines) this.#line(key, line)
    if (state.left === 0) this.#line(key, `${state.text} … and more, which is not shown`)
    if (state.left === 0) state.text = ''
  }

  /** Writes what has no line end. */
  end(): void {
    for (const [key, { text }] of this.#streams) if (text !== '') this.#line(key, text)
    this.#streams.clear()
  }

  #line(key: string, line: string): void {
    this.#write(`${key} ${escapeControls(line)}\n`)
  }
}

const MAX_PRINTED_BYTES = 64 * 1024

function renderRun(run: RunResult, paint: Paint, withOutput: boolean): string[] {
  const { system, account, state, exitCode, signal, failure, host } = run
  const ending = [
    state,
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(signal === undefined ? [] : [`signal ${signal}`]),
  ].join(', ')
  const tone =
    state === 'done' ? 'allow' : state === 'failed' || state === 'killed' ? 'deny' : 'quiet'
  const isPlain = host === undefined || host.reasons[0]?.code === 'key-known'
  return [
    `${paint('strong', system)} as ${escapeControls(account)}: ${paint(tone, escapeControls(ending))}`,
    ...(isPlain ? [] : renderDecision(host, paint)),
    ...(failure === undefined
      ? []
      : [
          `${paint('warning', 'FAILED')} ${failure.code}`,
          `       ${escapeControls(failure.message)}`,
          ...(failure.warning ?? []).map((line) => `       ${escapeControls(line)}`),
        ]),
    ...(withOutput ? renderOutput(run, paint) : []),
  ]
}

function renderOutput({ stdout, stderr, truncated }: RunResult, paint: Paint): string[] {
  const lines = [
    ['|', stdout],
    ['!', stderr],
  ].flatMap(([mark, text = '']) => {
    const written = text.replace(/\n$/, '')
    return written === ''
      ? []
      : written.split('\n').map((line) => `     ${mark} ${escapeControls(line)}`)
  })
  return [...lines, ...(truncated ? [paint('quiet', '       and more, which was not kept')] : [])]
}

function counts(states: readonly RunState[]): string {
  const found = [...new Set(states)].map((state) => {
    return `${states.filter((one) => one === state).length} ${state}`
  })
  return found.join(', ')
}
