import { cpus } from 'node:os'

/** Time between two looks, in milliseconds. */
const SAMPLE_MS = 5_000

/** Looks that are kept: a minute (RFC 2790, hrProcessorLoad). */
const SAMPLES = 12

interface Times {
  readonly busy: number
  readonly all: number
}

/** How busy each processor was over the last minute. */
export class ProcessorLoad {
  readonly #read: () => readonly Times[]
  readonly #samples: (readonly Times[])[] = []
  #timer: NodeJS.Timeout | undefined

  /** @param read - The times of each processor since the machine started. Default: what the machine says. */
  constructor(read: () => readonly Times[] = readTimes) {
    this.#read = read
    this.look()
  }

  /** Looks from now on, until {@link stop}. */
  start(): void {
    this.#timer = setInterval(() => this.look(), SAMPLE_MS).unref()
  }

  /** Looks once. */
  look(): void {
    this.#samples.push(this.#read())
    if (this.#samples.length > SAMPLES + 1) this.#samples.shift()
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer)
  }

  /** Percent of each processor, 0 to 100; 0 before there are two looks. */
  get percent(): readonly number[] {
    const [first = []] = this.#samples
    const last = this.#samples.at(-1) ?? []
    return last.map(({ busy, all }, index) => {
      const { busy: busyBefore, all: allBefore } = first[index] ?? { busy, all }
      const passed = all - allBefore
      return passed <= 0 ? 0 : Math.min(Math.max((100 * (busy - busyBefore)) / passed, 0), 100)
    })
  }
}

function readTimes(): readonly Times[] {
  return cpus().map(({ times: { user, nice, sys, idle, irq } }) => {
    const busy = user + nice + sys + irq
    return { busy, all: busy + idle }
  })
}
