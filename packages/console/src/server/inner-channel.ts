import { createPublicKey } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { BlockList } from 'node:net'
import { trustList, verifyTrusted } from '@gatehouse/certificate-trust'
import { formatCertificate } from '@gatehouse/certificate-trust/issuing'
import type { TlsIdentity } from '@gatehouse/certificate-trust/tls'
import type { Deny } from '@gatehouse/core'
import type { ValueAnswer } from '@gatehouse/protocol'
import {
  memoryReplayStore,
  readSignedRequest,
  SingleUseValues,
  verifySignedRequest,
  type Code,
  type Fields,
} from '@gatehouse/signed-request'

/** Who a console is to those who sign calls to it. */
export function innerAudience({ certificates: [own] }: TlsIdentity): string {
  return `sha256:${own.sha256}`
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether an address of a peer is one of this machine that no network carries. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false
  return LOOPBACK.check(address, address.includes(':') ? 'ipv6' : 'ipv4')
}

/**
 * Takes the calls of commands to a running console. Each is signed with the one key that both can read,
 * over a value that this console issued and that counts once. Used values are kept in memory: they end
 * with the console, and so do those that were not used.
 */
export class InnerChannel {
  readonly #values = new SingleUseValues({ store: memoryReplayStore() })
  readonly #identity: TlsIdentity
  readonly #audience: string

  constructor(identity: TlsIdentity) {
    this.#identity = identity
    this.#audience = innerAudience(identity)
  }

  /** @param certificate - SHA-256 of the one that is going to sign. */
  issue(certificate: string, at: Date): ValueAnswer {
    const { value, end } = this.#values.issue({ certificate, audience: this.#audience }, at)
    return { value, endsInMs: end.getTime() - at.getTime(), audience: this.#audience }
  }

  /** The body of a request that is signed as it has to be, or why not. Uses its value up. */
  async receive(
    { method = '', url = '', rawHeaders }: IncomingMessage,
    { scheme, body, at }: { scheme: 'http' | 'https'; body: Uint8Array; at: Date },
  ): Promise<{ readonly body: Uint8Array } | Deny<Code>> {
    const fields: Fields = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
    )
    const read = readSignedRequest({ method, scheme, target: url, fields, body })
    if (read.outcome === 'deny') return read
    const [own] = this.#identity.certificates
    const decision = await verifySignedRequest(read.request, {
      signer: read.request.keyid === own.sha256 ? this.#signer(at) : undefined,
      values: this.#values,
      audiences: [this.#audience],
      purpose: 'call',
      at,
    })
    return decision.outcome === 'deny' ? decision : { body: read.request.body }
  }

  #signer(at: Date): Parameters<typeof verifySignedRequest>[1]['signer'] {
    const [own] = this.#identity.certificates
    const list = trustList([{ certificate: own, role: 'console' }])
    const asked = { at, role: 'console', purpose: 'client' } as const
    const { decision } = verifyTrusted(list, [own.der], asked)
    return { sha256: own.sha256, publicKey: createPublicKey(formatCertificate(own)), decision }
  }
}
