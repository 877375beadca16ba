import type { Decision, SourceRef } from '@gatehouse/core'
import * as signed from '../../src/index.ts'
import { AT, exchange, identity, receive, withField, type Exchange } from '../exchange.ts'

/** One way to be refused. */
export interface Refusal {
  readonly code: signed.Code
  readonly title: string
  readonly source: SourceRef
  readonly act: () => Decision<signed.Code> | Promise<Decision<signed.Code>>
}

export function refusal(
  code: signed.Code,
  title: string,
  source: SourceRef,
  act: Refusal['act'],
): Refusal {
  return { code, title, source, act }
}

export type Message = signed.RequestMessage

/** A request that was changed on the way. */
export function changed(
  code: signed.Code,
  title: string,
  request: string,
  change: (message: Message) => Message,
): Refusal {
  return refusal(code, title, { request }, () => {
    const { message, options } = exchange()
    return receive(change(message), options)
  })
}

export function field(
  code: signed.Code,
  title: string,
  name: string,
  change: (value: string) => string | undefined,
  request: string = name,
): Refusal {
  return changed(code, title, request, (message) => withField(message, name, change))
}

/** What a receiver finds that has something else in mind than the request. */
export function received(
  code: signed.Code,
  title: string,
  source: SourceRef,
  options: (exchanged: Exchange) => Partial<signed.VerifyOptions>,
): Refusal {
  return refusal(code, title, source, () => {
    const exchanged = exchange()
    return receive(exchanged.message, { ...exchanged.options, ...options(exchanged) })
  })
}

export const OWN = { certificate: identity('ed25519').sha256 } as const
export const NONCE = { request: 'nonce' } as const
export const INPUT = 'signature-input'
export const later = (ms: number): Date => new Date(AT.getTime() + ms)
export const insert = (text: string, before: string) => (value: string) =>
  value.replace(before, () => text + before)
export const replace = (from: string | RegExp, to: string) => (value: string) =>
  value.replace(from, to)
