import { parentPort, workerData } from 'node:worker_threads'
import { FORMATS } from './formats.ts'
import { examineSeed, seedOf, type Failure } from './session.ts'

/** Which inputs: so many of a seed, from a place on. */
export interface Run {
  readonly from: number
  readonly inputs: number
  readonly seed: number
}

/** What the worker is to do. */
export interface Task {
  readonly format: string
  readonly run: Run
  /** Index of the input at work; inputs taken. */
  readonly progress: Int32Array
}

/** What the worker found, or that there was nothing. */
export type Outcome =
  { readonly failure: Failure; readonly index: number } | { readonly done: true }

function work({ format: name, run: { from, inputs, seed }, progress }: Task): Outcome {
  const format = FORMATS.find((one) => one.name === name)
  if (format === undefined) throw new Error(`no format ${name}`)
  for (let index = from; index < from + inputs; index += 1) {
    Atomics.store(progress, 0, index)
    const result = examineSeed(format, seedOf(format, seed, index))
    if (typeof result === 'object') return { failure: result, index }
    if (result) Atomics.add(progress, 1, 1)
  }
  Atomics.store(progress, 0, from + inputs)
  return { done: true }
}

// What parsers throw is expected, and where from is of no interest.
Error.stackTraceLimit = 0
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(work(workerData as Task))
