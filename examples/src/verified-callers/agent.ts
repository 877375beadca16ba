import { X509Certificate } from 'node:crypto'
import * as trust from '@gatehouse/certificate-trust'
import { certificateGuard, peerChain, type TlsIdentity } from '@gatehouse/certificate-trust/tls'
import { compose, deny, type ComposedGuard, type Decision } from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import * as signed from '@gatehouse/signed-request'
import { listen, type Asked, type Listening } from './listener.ts'

/** How an agent knows who asks: the one line in which two set-ups differ. */
export type Callers = 'claimed' | 'certificate' | 'signed'

/** Starts an agent with one method. Who may call it, one Trusted.txt says, whichever way callers are known. */
export async function startLamp(
  callers: Callers,
  policy: hawk.Policy,
  trusted: { own: TlsIdentity; consoles: trust.TrustList; users: trust.UserMap },
): Promise<Listening & { guard: ComposedGuard<Asked> }> {
  const { own, consoles, users } = trusted
  const audience = `sha256:${own.certificates[0].sha256}`
  const values = new signed.SingleUseValues({ store: signed.memoryReplayStore() })
  const clients = { list: () => consoles, required: callers === 'certificate' }
  const tls = certificateGuard<Asked>({ clients, socketOf: ({ socket }) => socket })

  const shown = ([der]: readonly Uint8Array[] = []): trust.ShownCertificate | undefined => {
    if (der === undefined) return undefined
    const by = { mode: 'certificate', list: consoles } as const
    const decision = trust.decideCaller(by, { chain: [der] }, { at: new Date() })
    return { certificate: trust.parseCertificate(der, { file: 'caller' }), trusted: decision }
  }
  const signerOf = ({ message }: Asked): trust.ShownCertificate | undefined => {
    const read = signed.readSignedRequest(message)
    return read.outcome === 'read' ? shown(read.request.chain) : undefined
  }
  const check = async (asked: Asked): Promise<Decision<signed.Code>> => {
    const read = signed.readSignedRequest(asked.message)
    const by = signerOf(asked)
    if (read.outcome === 'deny') return read
    if (by === undefined) return deny({ code: 'certificate-unknown' })
    const { der, sha256 } = by.certificate
    const signer = { sha256, publicKey: new X509Certificate(der).publicKey, decision: by.trusted }
    const to = { values, audiences: [audience], purpose: 'call', at: new Date() } as const
    return signed.verifySignedRequest(read.request, { signer, ...to })
  }
  const userBy = (certificateOf: typeof signerOf) =>
    trust.userGuard<Asked>({ users, certificateOf, userOf: ({ user }) => user })
  const model = hawk.guard(policy, new Map([['Lamp', new Map([['switch', 'ACTION'] as const])]]))
  const guard = {
    claimed: () => compose<Asked>(model),
    certificate: () =>
      compose(
        tls,
        userBy(({ socket }) => shown(peerChain(socket))),
        model,
      ),
    signed: () => compose(tls, signed.signedRequestGuard({ check }), userBy(signerOf), model),
  }[callers]()
  const issue = (certificate: string) => values.issue({ certificate, audience }, new Date()).value
  return { guard, ...(await listen(callers === 'claimed' ? {} : { own, clients }, guard, issue)) }
}
