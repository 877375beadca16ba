import { errorBody, NEXT_VALUE_HEADER, readMessage } from '@gatehouse/protocol'
import type { Purpose } from '@gatehouse/signed-request'
import type { Hono } from 'hono'
import type { z } from 'zod'
import { decodeBody, takeBytes } from '../listeners/body.ts'
import { CODE_OF_BODY, onlyMethod, refuse, respond, type Bindings } from '../listeners/http.ts'
import { canonical } from '../listeners/peer-name.ts'
import { errorReply, type SignedReply } from '../reply.ts'
import type { Accepted, Refused, WebAgentParts } from './parts.ts'

/** A kind of signed request. */
export interface SignedMessage<Message> {
  readonly path: string
  readonly purpose: Purpose
  readonly schema: z.ZodType<Message>
}

/** Who signed a request that was accepted, and from where it came. */
export interface SignedBy extends Accepted {
  /** Peer address in canonical form; empty when the peer is gone. */
  readonly address: string
}

/**
 * Takes the signed requests of one path. Who signed is decided first, and a refusal recorded and the
 * connection closed; after that the value is used up, whatever the message is. The answer to an
 * accepted request carries the value for the next one.
 *
 * @param answer - Decides about the message, records that, and carries it out.
 */
export function onSigned<Message>(
  app: Hono<Bindings>,
  { path, purpose, schema }: SignedMessage<Message>,
  parts: WebAgentParts,
  answer: (message: Message, by: SignedBy) => Promise<SignedReply>,
): void {
  const { receiver, replier, limits } = parts
  app.post(path, async (context) => {
    const { incoming } = context.env
    const body = await takeBytes(incoming, limits.maxBodyBytes)
    if ('failure' in body) return refuse(context, errorBody(CODE_OF_BODY[body.failure]))
    const address = canonical(incoming.socket.remoteAddress ?? '') ?? ''
    const headers: Record<string, string> = {}
    const reply = await replier.answering(async () => {
      const received = await receiver.receive(incoming, body.bytes, purpose)
      if (received.outcome === 'refused') {
        headers['connection'] = 'close'
        return refuseSigned(received, { purpose, address }, parts)
      }
      headers[NEXT_VALUE_HEADER] = received.nextValue
      const text = decodeBody(body.bytes)
      if ('failure' in text) return errorReply(errorBody('malformed-json'))
      const read = readMessage(schema, text.text)
      if ('error' in read) return errorReply(read.error)
      return answer(read.message, { ...received, address })
    })
    return respond(reply, headers)
  })
  onlyMethod(app, path, 'POST')
}

async function refuseSigned(
  { decision, certificate }: Refused,
  { purpose, address }: { readonly purpose: Purpose; readonly address: string },
  { journal, replier }: WebAgentParts,
): Promise<SignedReply> {
  await journal.record({
    by: 'web-agent',
    peer: { address, verifiedName: null },
    clientCertificate: certificate,
    request: { action: `web-agent.${purpose}` },
    decision,
  })
  return replier.refusedSigned(decision)
}
