import type { Deny } from '@gatehouse/core'
import { refuse, type Code } from './codes.ts'
import type { Fields } from './model.ts'
import { itemOf, writeSignatureInput, type Component } from './signature-input.ts'
import type { Parameters } from './structured-fields/model.ts'
import { writeItem } from './structured-fields/write.ts'

/** A request as a signature base is built of it. */
export interface SignableRequest {
  readonly method: string
  readonly scheme: 'https' | 'http'
  /** Value of `host`, lower case. */
  readonly authority: string
  /** Target in origin form. */
  readonly target: string
  readonly fields: Fields
}

/** A response as a signature base is built of it. */
export interface SignableResponse {
  /** Status code. */
  readonly status: number
  readonly fields: Fields
}

/** Text over which a signature is made. */
export interface SignatureBase {
  readonly outcome: 'built'
  /** Lines joined by line feeds, ASCII, without one at the end. */
  readonly base: string
}

/** Most components of one signature. */
export const MAX_COMPONENTS = 64

/**
 * Builds the signature base of any message (RFC 9421, 2.5), for tools that go beyond our own profile.
 *
 * Takes the derived components of the RFC but `@status` in requests, and fields of the message without
 * parameters; `sf`, `key`, `bs`, `tr` and `req` are not supported. A field that is there several times
 * is joined by commas, as the RFC says: {@link readSignedRequest} takes no such request.
 *
 * @param text - Canonical text of components and parameters, where it is at hand.
 * @returns A refusal with `field-missing`, `component-unsupported` or `component-unexpected` (twice), or
 *   with `field-malformed` for a value that is no single line.
 * @throws TypeError for components and parameters that no structured field can hold.
 */
export function signatureBase(
  message: SignableRequest | SignableResponse,
  components: readonly Component[],
  parameters: Parameters,
  text: string = writeSignatureInput(components, parameters),
): SignatureBase | Deny<Code> {
  if (components.length > MAX_COMPONENTS) return refuse('component-unexpected', 'signature-input')
  const seen = new Set<string>()
  let base = ''
  for (const component of components) {
    const identifier = writeItem(itemOf(component))
    if (seen.has(identifier)) return refuseComponent('component-unexpected', identifier)
    seen.add(identifier)
    const value = valueOf(message, component, identifier)
    if (typeof value !== 'string') return value
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) return refuseComponent('field-malformed', identifier)
    base += `${identifier}: ${value}\n`
  }
  return { outcome: 'built', base: `${base}"@signature-params": ${text}` }
}

function valueOf(
  message: SignableRequest | SignableResponse,
  { name, parameters }: Component,
  identifier: string,
): string | Deny<Code> {
  const hasParameters = parameters !== undefined && parameters.size > 0
  if (!name.startsWith('@')) {
    const isField = !hasParameters && name === name.toLowerCase()
    if (!isField) return refuseComponent('component-unsupported', identifier)
    return fieldValue(message.fields, name) ?? refuse('field-missing', name)
  }
  if (name === '@query-param' && 'method' in message) {
    const wanted = parameters?.size === 1 ? parameters.get('name') : undefined
    if (typeof wanted !== 'string') return refuseComponent('component-unsupported', identifier)
    return (
      queryParameter(message.target, wanted) ?? refuseComponent('component-missing', identifier)
    )
  }
  const value = hasParameters ? undefined : derivedValue(message, name)
  return value ?? refuseComponent('component-unsupported', identifier)
}

function derivedValue(
  message: SignableRequest | SignableResponse,
  name: string,
): string | undefined {
  if (!('method' in message)) return name === '@status' ? String(message.status) : undefined
  switch (name) {
    case '@method':
      return message.method
    case '@scheme':
      return message.scheme
    case '@authority':
      return message.authority
    case '@target-uri':
      return `${message.scheme}://${message.authority}${message.target}`
    case '@request-target':
      return message.target
    case '@path':
      return splitTarget(message.target).path
    case '@query':
      return splitTarget(message.target).query
    default:
      return undefined
  }
}

/** Path and query of a target in origin form, as they are signed: without a query, `?` alone. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?')
  if (mark === -1) return { path: target, query: '?' }
  return { path: target.slice(0, mark), query: target.slice(mark) }
}

function fieldValue(fields: Fields, wanted: string): string | undefined {
  const values: string[] = []
  for (const [name, value] of fields) {
    if (name.toLowerCase() === wanted)
      values.push(value.trim().replaceAll(/[ \t]*\r\n[ \t]+/g, ' '))
  }
  return values.length === 0 ? undefined : values.join(', ')
}

/** The value of the one query parameter of that name (RFC 9421, 2.2.8), encoded anew. */
function queryParameter(target: string, wanted: string): string | undefined {
  const found = new URLSearchParams(splitTarget(target).query)
  const values = [...found].filter(([name]) => encode(name) === wanted).map(([, value]) => value)
  return values.length === 1 && values[0] !== undefined ? encode(values[0]) : undefined
}

/** Percent-encoding of the URL standard's `application/x-www-form-urlencoded`, spaces as `%20`. */
function encode(text: string): string {
  const [, pair = ''] = new URLSearchParams({ '': text }).toString().split('=', 2)
  return pair.replaceAll('+', '%20')
}

function refuseComponent(code: Code, component: string): Deny<Code> {
  return refuse(code, 'signature-input', { component: component.slice(0, 64) })
}
