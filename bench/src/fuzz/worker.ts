import { parentPort, workerData } from 'node:worker_threads'
import { FORMATS } from './formats.ts'
import { examineSeed, seedOf, type Failure } from './session.ts'

/** What the worker is to do. */
export interface Task {
  readonly format: string
  readonly run: number
  readonly inputs: number
  /** Index of the input at work; inputs taken. */
  readonly progress: Int32Array
}

/** What the worker found, or that there was nothing. */
export type Outcome =
  { readonly failure: Failure; readonly index: number } | { readonly done: true }

function work({ format: name, run, inputs, progress }: Task): Outcome {
  const format = FORMATS.find((one) => one.name === name)
  if (format === undefined) throw new Error(`no format ${name}`)
  for (let index = 0; index < inputs; index += 1) {
    Atomics.store(progress, 0, index)
    const result = examineSeed(format, seedOf(format, run, index))
    if (typeof result === 'object') return { failure: result, index }
    if (result) Atomics.add(progress, 1, 1)
  }
  Atomics.store(progress, 0, inputs)
  return { done: true }
}

// What parsers throw is expected, and where from is of no interest.
Error.stackTraceLimit = 0
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(work(workerData as Task))
