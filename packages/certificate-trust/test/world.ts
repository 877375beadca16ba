import { verify, type Certificate, type Verification, type VerifyOptions } from '../src/index.ts'
import {
  AT,
  authority,
  name,
  root,
  server,
  type Changes,
  type Holder,
} from './writing/certificate.ts'
import { ecKey } from './writing/keys.ts'

/** Keys are made once: what a test changes is what is signed. */
export const ROOT: Holder = { name: name('Root'), key: ecKey() }
export const BETWEEN: Holder = { name: name('Between'), key: ecKey() }
export const LEAF: Holder = { name: name('Server'), key: ecKey() }
export const STRANGER: Holder = { name: name('Stranger'), key: ecKey() }

/** Changes to one of the three certificates of the usual chain. */
export interface ChainChanges {
  readonly root?: Changes
  readonly between?: Changes
  readonly leaf?: Changes
}

export interface Chain {
  readonly anchors: readonly Certificate[]
  readonly certificates: readonly [Certificate, ...Certificate[]]
}

/** Server, one authority between, root. */
export function chain({ root: ofRoot, between, leaf }: ChainChanges = {}): Chain {
  return {
    anchors: [root(ROOT, ofRoot)],
    certificates: [server(LEAF, BETWEEN, leaf), authority(BETWEEN, ROOT, between)],
  }
}

export function check(
  { anchors, certificates }: Chain,
  options: Partial<VerifyOptions> = {},
): Verification {
  return verify(certificates, { at: AT, anchors, ...options })
}

/** Codes of a decision, in its order. */
export function codesOf({ decision }: Verification): readonly string[] {
  return decision.reasons.map(({ code }) => code)
}

/** One of several, from the beginning again when there are not as many. */
export function oneOf<Value>(values: readonly Value[], index: number): Value {
  const [value] = values.slice(index % values.length)
  if (value === undefined) throw new Error('there are none')
  return value
}
