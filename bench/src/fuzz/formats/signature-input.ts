import { CODES, parseSignature, parseSignatureInput } from '@gatehouse/signed-request'
import { parseDictionary, type Dictionary } from 'structured-headers'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat } from '../format.ts'
import { ensure, ensureEqual } from '../oracle.ts'

const COMPONENTS = [
  ['"@method"', '"@scheme"', '"@authority"', '"@path"', '"@query"', '"@target-uri"', '"@status"'],
  [
    '"content-type"',
    '"content-digest"',
    '"signature";key="a"',
    '"x";sf',
    '"@query-param";name="q"',
  ],
].flat()
const ODD_COMPONENTS = ['"\\""', '""', '"é"', '1', 'token', ':AAEC:', '?1']
const PARAMETERS = [
  [
    'created=1618884473',
    'expires=1618884773',
    'keyid="k"',
    'alg="ed25519"',
    'nonce="n"',
    'tag="t"',
  ],
  ['created=-1', 'created=999999999999999', 'a=?0', 'a', 'b=:AAECAw==:', 'e="\\\\"', '*=1'],
].flat()
const ODD_PARAMETERS = [
  ['created=1000000000000000', 'created=1.5', 'b=:AAECAx==:', 'b=:AAEC', 'c=token', 'A=1'],
  ['d=@1618884473', 'f=%"x"', 'created=-0', 'a=01', 'a=?2', 'a="'],
].flat()
const LABELS = ['gatehouse', 'sig1', 'sig2', 'a.b-c_*', '*']
const ODD_LABELS = ['A', '1', '', 'é', '"x"']
const WORDS = ['(', ')', ';', '=', ',', ' ', '\t', '"', ':', '?', '@', '\\', '-', '.', '*']

/** One of the first, rarely one of the others. */
function mostly<Value>(random: Random, usual: readonly Value[], odd: readonly Value[]): Value {
  return pick(random, random(24) === 0 ? odd : usual)
}

function innerList(random: Random): string {
  const components = several(random, 5, () => mostly(random, COMPONENTS, ODD_COMPONENTS))
  return `(${components.join(' ')})`
}

function member(random: Random): string {
  const parameters = several(random, 5, () => `;${mostly(random, PARAMETERS, ODD_PARAMETERS)}`)
  const value = random(6) > 0 ? innerList(random) : pick(random, [':AAEC:', ':AAECAw==:', '"x"'])
  return `${mostly(random, LABELS, ODD_LABELS)}=${value}${[...new Set(parameters)].join('')}`
}

/** Parsed by the other implementation; `undefined` where it refuses. */
function secondOpinion(text: string): Dictionary | undefined {
  try {
    return parseDictionary(text)
  } catch {
    return undefined
  }
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('hex')
  return value
}

function plainParameters(parameters: ReadonlyMap<string, unknown>): unknown {
  return [...parameters].map(([name, value]) => [name, plain(value)])
}

/** Fields of RFC 9421: what ours takes, another reader of structured fields takes for the same. */
export const SIGNATURE_INPUT: FuzzFormat = {
  name: 'signature-input',
  takesBytes: false,
  words: [...COMPONENTS, ...ODD_COMPONENTS, ...PARAMETERS, ...ODD_PARAMETERS, ...WORDS],
  compose: (random) => Array.from({ length: 1 + random(3) }, () => member(random)).join(', '),
  examine: (input) => {
    const text = input as string
    const theirs = secondOpinion(text)
    const read = parseSignatureInput(text)
    const signatures = parseSignature(text)
    for (const result of [read, signatures]) {
      if (result.outcome === 'parsed') continue
      for (const { code } of result.reasons) {
        ensure(Object.hasOwn(CODES, code), `reason \`${code}\` is known`)
      }
    }
    if (signatures.outcome === 'parsed') {
      ensure(theirs !== undefined, 'signatures that the other reader refuses')
      const values = [...signatures.signatures].map(([name, bytes]) => [name, plain(bytes)])
      const expected = [...(theirs as Dictionary)].map(([name, [value]]) => [name, plain(value)])
      ensureEqual(values, expected, 'other signatures')
    }
    if (read.outcome !== 'parsed') return signatures.outcome === 'parsed'
    ensure(theirs !== undefined, 'taken, and the other reader refuses it')
    const ours = [...read.inputs].map(([name, { components, parameters }]) => [
      name,
      components.map((one) => [one.name, plainParameters(one.parameters ?? new Map())]),
      plainParameters(parameters),
    ])
    const expected = [...(theirs as Dictionary)].map(([name, [items, parameters]]) => [
      name,
      (items as [string, Map<string, unknown>][]).map(([one, own]) => [one, plainParameters(own)]),
      plainParameters(parameters),
    ])
    ensureEqual(ours, expected, 'read as something else')
    for (const [label, own] of read.inputs) {
      const again = parseSignatureInput(`${label}=${own.text}`)
      ensure(again.outcome === 'parsed', 'what is written is not read')
      if (again.outcome !== 'parsed') continue
      // What is written for `-0` is `0`, which is the same number and is not the same text.
      const differs = text.includes('-0') && again.inputs.get(label)?.text === own.text
      if (!differs) ensureEqual(again.inputs.get(label), own, 'written otherwise')
    }
    return true
  },
}
