import { cpuSince, median } from '../measure.ts'
import { HOST, HOSTILE_INPUTS } from './hostile-inputs.ts'
import { VERIFIERS, type Verifier } from './verifiers.ts'

/** What a process that has one verifier at one input prints. */
export interface Outcome {
  /** CPU time for all that is offered, in milliseconds. */
  readonly milliseconds: number
  readonly offered: number
  /** Whether it trusts the certificate; `null`: it does not read lists. */
  readonly accepted: boolean | null
}

/** Passes are made for so long, in milliseconds of CPU time; those before the first half of it only warm up. */
const ENOUGH_MS = 400

async function measure({ open, isRsaOnly, isRevoked }: Verifier, name: string): Promise<Outcome> {
  const input = HOSTILE_INPUTS.find((one) => one.name === name)
  if (input === undefined) throw new TypeError(`no input ${name}`)
  const hostile = input.make(isRsaOnly === true ? 'RSA-2048' : 'P-256')
  const { roots, leaf, between, list } = hostile
  const ask = open(roots, HOST)
  const pass = async (): Promise<boolean | null> => {
    if (list !== undefined) return isRevoked === undefined ? null : !isRevoked(list, leaf)
    try {
      return await ask(between)(leaf)
    } catch {
      return false
    }
  }
  const times: number[] = []
  let accepted: boolean | null = null
  for (let spent = 0; spent < ENOUGH_MS;) {
    const before = process.cpuUsage()
    // oxlint-disable-next-line no-await-in-loop -- one pass after the other
    accepted = await pass()
    const taken = cpuSince(before) / 1000
    spent += taken
    times.push(taken)
  }
  const warm = times.slice(Math.floor(times.length / 2))
  return { milliseconds: median(warm), offered: hostile.offered, accepted }
}

const [, , verifierName, inputName = ''] = process.argv
const verifier = VERIFIERS.find(({ name }) => name === verifierName)
if (verifier === undefined) throw new TypeError(`no verifier ${verifierName}`)
process.stdout.write(JSON.stringify(await measure(verifier, inputName)))
