import { spawnSync } from 'node:child_process'

/** Longest that nothing is heard of a file whose tests run; the longest test of all may take half of it. */
const SILENCE_MS = Number(process.env.TEST_SILENCE_MS ?? 600_000)

/**
 * A vitest reporter that ends a run in which a file hangs, and names the file.
 *
 * Vitest's time limits are kept by the process that they are to stop: a test that blocks it, with a
 * loop that never yields or a child that never ends, blocks them as well, and the run goes on forever.
 */
export default class HangReporter {
  #lastHeard = new Map()
  #timer

  onTestRunStart() {
    this.#timer = setInterval(() => this.#look(), SILENCE_MS / 20)
    this.#timer.unref()
  }

  onTestModuleQueued(module) {
    this.#hear(module, 'its first test')
  }

  onTestCaseReady(test) {
    this.#hear(test.module, `\`${test.fullName}\``)
  }

  onTestCaseResult(test) {
    this.#hear(test.module, `what comes after \`${test.fullName}\``)
  }

  onTestModuleEnd(module) {
    this.#lastHeard.delete(module.moduleId)
  }

  onTestRunEnd() {
    clearInterval(this.#timer)
  }

  #hear(module, what) {
    const name = `${module.project.name} > ${module.relativeModuleId}`
    this.#lastHeard.set(module.moduleId, { name, what, at: Date.now() })
  }

  #look() {
    const hung = [...this.#lastHeard.values()].filter(({ at }) => Date.now() - at > SILENCE_MS)
    if (hung.length === 0) return
    for (const { name, what } of hung) {
      console.error(`HANGS: ${name}: nothing for ${SILENCE_MS / 1000} s, at ${what} or later`)
    }
    spawnSync('pkill', ['-KILL', '-P', String(process.pid)])
    process.exit(1)
  }
}
