import { writeSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { OpenLog } from '../audit-writer.ts'
import { CONTESTANTS } from './contestants.ts'

/** Where acknowledgements go: a pipe, which keeps what is in it when this process is killed. */
const ACKNOWLEDGEMENTS = 3
/** Records in one turn of the event loop. */
const A_TURN = 200
/** Records after which all of them are waited for. */
const MOST_WAITING = 2_000

/** Appends until the process is killed. */
async function append(log: OpenLog, round: string): Promise<void> {
  for (let number = 0; ; number += 1) {
    const message = 'x'.repeat(number % 300)
    const appended = log.append({ event: 'decision', target: `${round}.${number}`, message })
    if (appended instanceof Promise) appended.then(() => acknowledge(number), leave)
    else acknowledge(number)
    // oxlint-disable-next-line no-await-in-loop -- the rest of the process needs a turn as well
    if (number % A_TURN === 0) await setImmediate()
    // oxlint-disable-next-line no-await-in-loop -- so that not too many wait
    if (number % MOST_WAITING === 0) await appended
  }
}

function acknowledge(number: number): void {
  writeSync(ACKNOWLEDGEMENTS, `${number}\n`)
}

function leave(error: unknown): void {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
}

const [name, folder = '', round = ''] = process.argv.slice(2)
const contestant = CONTESTANTS.find((one) => one.name === name)
if (contestant === undefined) throw new Error(`nothing is called ${name}`)
append(await contestant.open(folder), round).catch(leave)
