import type { IncomingMessage } from 'node:http'

/** Why a body cannot be had; `gone`: the peer broke off. */
export type BodyFailure = 'too-large' | 'not-utf-8' | 'gone'

/** The body of a request as text, or why it cannot be had. */
export type Body = { readonly text: string } | { readonly failure: BodyFailure }

/** The bytes of a body as they came, or why they cannot be had. */
export type Bytes =
  { readonly bytes: Uint8Array } | { readonly failure: Exclude<BodyFailure, 'not-utf-8'> }

/**
 * How much of an unwanted body is read and dropped, so that a peer that is still sending sees the
 * refusal and not a reset: 1 MiB or 300 ms, whichever ends first.
 */
const DISCARD = { bytes: 1024 * 1024, ms: 300 }

/**
 * Takes the body of a request. Keeps at most `maxBytes` in memory.
 *
 * A `Content-Length` above that is refused unread; a body without one as soon as it is longer.
 */
export function takeBytes(incoming: IncomingMessage, maxBytes: number): Promise<Bytes> {
  const announced = Number(incoming.headers['content-length'] ?? 0)
  return new Promise((resolve) => {
    let chunks: Buffer[] = []
    let size = 0
    let timer: NodeJS.Timeout | undefined
    let tooLarge = false
    const refuse = (): void => {
      tooLarge = true
      chunks = []
      timer ??= setTimeout(finish, DISCARD.ms, { failure: 'too-large' })
    }
    const finish = (body: Bytes): void => {
      clearTimeout(timer)
      incoming.off('data', take).off('end', end).off('close', close).off('error', close)
      resolve(body)
    }
    const take = (chunk: Buffer): void => {
      size += chunk.length
      if (!tooLarge && size > maxBytes) refuse()
      if (!tooLarge) chunks.push(chunk)
      else if (size > maxBytes + DISCARD.bytes) finish({ failure: 'too-large' })
    }
    const end = (): void =>
      finish(tooLarge ? { failure: 'too-large' } : { bytes: Buffer.concat(chunks) })
    const close = (): void => finish({ failure: 'gone' })
    if (announced > maxBytes) refuse()
    incoming.on('data', take).on('end', end).on('close', close).on('error', close)
  })
}

/** Reads and drops what is left of a body that nobody wants, within the same bounds. */
export async function discardBody(incoming: IncomingMessage): Promise<void> {
  if (!incoming.readableEnded && !incoming.destroyed) await takeBytes(incoming, 0)
}

/** The text of a body. */
export function decodeBody(bytes: Uint8Array): Body {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { failure: 'not-utf-8' }
  }
}
