import type { Deny } from '@gatehouse/core'
import { refuse, type Code } from './codes.ts'
import type { InnerList, Item, Parameters } from './structured-fields/model.ts'
import { readDictionary } from './structured-fields/read.ts'
import { writeInnerList } from './structured-fields/write.ts'

/** What a signature covers: a field of the message by its lower-case name, or `@method` and the like. */
export interface Component {
  /** Identifier, such as `content-digest` or `@path`. */
  readonly name: string
  /** Parameters, such as the name of `@query-param`. Default: none. */
  readonly parameters?: Parameters
}

/** What one signature covers, and its parameters (RFC 9421, 4.1). */
export interface SignatureInput {
  readonly components: readonly Component[]
  /** Parameters such as `created` and `keyid`, in their order. */
  readonly parameters: Parameters
  /** The canonical text of both, which is itself signed (RFC 9421, 2.3). */
  readonly text: string
}

/** The inputs of a message by their labels. */
export interface ParsedSignatureInput {
  readonly outcome: 'parsed'
  readonly inputs: ReadonlyMap<string, SignatureInput>
}

/**
 * Reads a `signature-input` field (RFC 9421, 4.1).
 *
 * Checks nothing about what is covered.
 *
 * @returns The inputs, or a refusal with `signature-input-malformed`.
 */
export function parseSignatureInput(text: string): ParsedSignatureInput | Deny<Code> {
  const members = readDictionary(text)
  if (members === undefined) return refuse('signature-input-malformed', 'signature-input')
  const inputs = new Map<string, SignatureInput>()
  for (const [label, member] of members) {
    const input = 'items' in member ? inputOf(member) : undefined
    if (input === undefined) return refuse('signature-input-malformed', 'signature-input')
    inputs.set(label, input)
  }
  return { outcome: 'parsed', inputs }
}

function inputOf(list: InnerList): SignatureInput | undefined {
  const components: Component[] = []
  for (const item of list.items) {
    if (typeof item.value !== 'string') return undefined
    components.push({ name: item.value, parameters: item.parameters })
  }
  return { components, parameters: list.parameters, text: writeInnerList(list) }
}

/**
 * Writes what a signature covers and its parameters, as it stands behind the label.
 *
 * @throws TypeError for what no structured field can hold.
 */
export function writeSignatureInput(
  components: readonly Component[],
  parameters: Parameters,
): string {
  return writeInnerList({ items: components.map(itemOf), parameters })
}

/** A component as an item of a structured field. */
export function itemOf({ name, parameters = NONE }: Component): Item {
  return { value: name, parameters }
}

const NONE: Parameters = new Map()

/** The signatures of a message by their labels. */
export interface ParsedSignature {
  readonly outcome: 'parsed'
  readonly signatures: ReadonlyMap<string, Uint8Array>
}

/**
 * Reads a `signature` field (RFC 9421, 4.2).
 *
 * @returns The bytes of each signature, or a refusal with `signature-malformed`.
 */
export function parseSignature(text: string): ParsedSignature | Deny<Code> {
  const members = readDictionary(text)
  if (members === undefined) return refuse('signature-malformed', 'signature')
  const signatures = new Map<string, Uint8Array>()
  for (const [label, member] of members) {
    if (!('value' in member) || !(member.value instanceof Uint8Array)) {
      return refuse('signature-malformed', 'signature')
    }
    signatures.set(label, member.value)
  }
  return { outcome: 'parsed', signatures }
}
