import type { Deny } from '@gatehouse/core'
import { refuse, type Code } from './codes.ts'
import type { Purpose } from './model.ts'
import { componentsOf, coveredText, LABEL, PARAMETERS, purposeOf } from './profile.ts'
import { parseSignatureInput, type Component } from './signature-input.ts'
import type { Parameters } from './structured-fields/model.ts'
import { isSha256, isValueText } from './syntax.ts'

/** Parameters of a signature as they came; the algorithm may be any. */
export interface ReadParameters {
  /** Seconds since 1970. */
  readonly created: number
  readonly keyid: string
  readonly alg: string
  readonly nonce: string
  readonly purpose: Purpose
}

/** Parameters as the profile has them: one order, one spelling, nothing that would need an escape. */
const SPELLING =
  /^;created=(0|[1-9][0-9]{0,11});keyid="([0-9a-f]{64})";alg="([a-z0-9-]+)";nonce="([A-Za-z0-9_-]{1,160})";tag="([a-z-]+)"$/

/**
 * Reads what the one signature covers and its parameters: those of the profile, in its one spelling.
 *
 * Only a text that is not so spelled is taken apart as RFC 9421 has it, to say what is wrong with it.
 */
export function readParameters(text: string, hasCertificate: boolean): ReadParameters | Deny<Code> {
  const start = `${LABEL}=${coveredText(hasCertificate)}`
  const match = text.startsWith(start) ? SPELLING.exec(text.slice(start.length)) : null
  if (match === null) return spellingFault(text, hasCertificate)
  const [, created, keyid = '', alg = '', nonce = '', tag = ''] = match
  const purpose = purposeOf(tag)
  if (purpose === undefined) return refuse('purpose-unknown', 'tag')
  return { created: Number(created), keyid, alg, nonce, purpose }
}

/** Why a text is not in the one spelling of the profile. */
function spellingFault(text: string, hasCertificate: boolean): Deny<Code> {
  const malformed = refuse('signature-input-malformed', 'signature-input')
  const parsed = parseSignatureInput(text)
  if (parsed.outcome !== 'parsed') return parsed
  const input = parsed.inputs.get(LABEL)
  if (input === undefined) return malformed
  return (
    coverageFault(input.components, componentsOf(hasCertificate)) ??
    presenceFault(input.parameters) ??
    valueFault(input.parameters) ??
    malformed
  )
}

function coverageFault(
  components: readonly Component[],
  wanted: readonly string[],
): Deny<Code> | undefined {
  for (const component of wanted) {
    if (components.every(({ name }) => name !== component)) {
      return refuse('component-missing', 'signature-input', { component })
    }
  }
  for (const [index, { name, parameters }] of components.entries()) {
    const facts = { component: name.slice(0, 64) }
    if (name !== wanted[index]) return refuse('component-unexpected', 'signature-input', facts)
    if (parameters !== undefined && parameters.size > 0) {
      return refuse('component-unsupported', 'signature-input', facts)
    }
  }
  return undefined
}

function presenceFault(parameters: Parameters): Deny<Code> | undefined {
  for (const parameter of PARAMETERS) {
    if (parameters.has(parameter)) continue
    if (parameter === 'nonce') return refuse('value-missing', 'nonce')
    return refuse('parameter-missing', 'signature-input', { parameter })
  }
  for (const [index, parameter] of [...parameters.keys()].entries()) {
    if (parameter === PARAMETERS[index]) continue
    return refuse('parameter-unexpected', 'signature-input', { parameter: parameter.slice(0, 64) })
  }
  return undefined
}

function valueFault(parameters: Parameters): Deny<Code> | undefined {
  const [, keyid, alg, nonce, tag] = PARAMETERS.map((name) => parameters.get(name))
  if (typeof keyid !== 'string' || !isSha256(keyid)) return refuse('parameter-malformed', 'keyid')
  if (typeof alg !== 'string') return refuse('parameter-malformed', 'alg')
  if (!/^[a-z0-9-]+$/.test(alg)) return refuse('algorithm-unknown', 'alg')
  if (typeof nonce !== 'string') return refuse('parameter-malformed', 'nonce')
  if (!isValueText(nonce)) return refuse('value-unknown', 'nonce')
  if (typeof tag !== 'string') return refuse('parameter-malformed', 'tag')
  if (purposeOf(tag) === undefined) return refuse('purpose-unknown', 'tag')
  const created = parameters.get('created')
  const isSeconds = typeof created === 'number' && /^[0-9]{1,12}$/.test(String(created))
  return isSeconds ? undefined : refuse('parameter-malformed', 'created')
}
