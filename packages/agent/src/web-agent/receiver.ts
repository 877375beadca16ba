import type { IncomingMessage } from 'node:http'
import type { Caller, Certificate } from '@gatehouse/certificate-trust'
import { allow, deny, type Decision, type Reasons } from '@gatehouse/core'
import {
  readSignedRequest,
  SingleUseValues,
  verifySignedRequest,
  type Fields,
  type Purpose,
  type ReplayStore,
} from '@gatehouse/signed-request'
import { ConsoleTrust, type TrustParts } from './console-trust.ts'
import type { Accepted, Issued, Refused, SignedReceiver } from './parts.ts'

/** Name of the guard that decides about signed requests, in reasons and statements. */
const SIGNED_REQUEST = 'signed-request'

/** What a receiver stands on. */
export interface ReceiverParts extends TrustParts {
  /** Remembers the values that were used. */
  readonly store: ReplayStore
  /** How long a value counts, in milliseconds. */
  readonly valueLifeMs: number
  readonly maxBodyBytes: number
  /** The agent's own certificates now. The first one is who requests have to be for. */
  readonly certificates: () => readonly Certificate[]
}

/** Takes signed requests over HTTPS: a trusted console, for this system, whole, and each once. */
export class Receiver implements SignedReceiver {
  readonly #parts: ReceiverParts
  readonly #values: SingleUseValues
  readonly #trust: ConsoleTrust

  constructor(parts: ReceiverParts) {
    const { store, valueLifeMs: lifeMs } = parts
    this.#parts = parts
    this.#values = new SingleUseValues({ store, lifeMs })
    this.#trust = new ConsoleTrust(parts)
  }

  issue(certificate: string): Issued {
    const at = this.#parts.now()
    const audience = this.#audience
    const { value, end } = this.#values.issue({ certificate, audience }, at)
    return { value, endsInMs: Math.max(0, end.getTime() - at.getTime()), audience }
  }

  async receive(
    incoming: IncomingMessage,
    body: Uint8Array,
    purpose: Purpose,
  ): Promise<Accepted | Refused> {
    // HTTP/1.0 has other rules for where a message ends.
    if (incoming.httpVersion !== '1.1') {
      return refused([{ code: 'field-malformed', source: { request: 'version' } }])
    }
    const { method = '', url: target = '' } = incoming
    const fields = fieldsOf(incoming)
    const message = { method, scheme: 'https', target, fields, body } as const
    const read = readSignedRequest(message, { maxBodyBytes: this.#parts.maxBodyBytes })
    if (read.outcome === 'deny') return refused(read.reasons)
    const { keyid: certificate } = read.request
    const signer = this.#trust.signerOf(read.request)
    const decision = await verifySignedRequest(read.request, {
      signer,
      values: this.#values,
      audiences: [this.#audience],
      purpose,
      at: this.#parts.now(),
    })
    // Without a signer there is no allow.
    if (decision.outcome === 'deny' || signer === undefined) {
      return { ...refused(decision.reasons), certificate }
    }
    return {
      outcome: 'accepted',
      decision: allow(...marking(decision.reasons)),
      certificate,
      caller: signer.caller,
      trusted: signer.decision,
      nextValue: this.issue(certificate).value,
    }
  }

  decide(caller: Caller): Decision {
    return this.#trust.decide(caller)
  }

  get #audience(): string {
    return `sha256:${this.#parts.certificates()[0]?.sha256}`
  }
}

function fieldsOf({ rawHeaders }: IncomingMessage): Fields {
  const fields: [string, string][] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    fields.push([rawHeaders[at] as string, rawHeaders[at + 1] as string])
  }
  return fields
}

function refused(reasons: Reasons): Refused {
  return { outcome: 'refused', decision: deny(...marking(reasons)) }
}

/** Says who gave the reasons: the first is the guard's own, those behind it are about the certificate. */
function marking([first, ...rest]: Reasons): Reasons {
  return [
    { ...first, guard: SIGNED_REQUEST },
    ...rest.map((reason) => ({ ...reason, guard: 'trust-mode' })),
  ]
}
