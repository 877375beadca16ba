import { request as plain } from 'node:http'
import { request as secure, type RequestOptions } from 'node:https'
import { trustList } from '@gatehouse/certificate-trust'
import { createKey, issueSelfSigned } from '@gatehouse/certificate-trust/issuing'
import { clientOptions, type TlsClient, type TlsIdentity } from '@gatehouse/certificate-trust/tls'
import { RequestSigner, type Fields } from '@gatehouse/signed-request'

/** A key and a certificate that is its own. */
export function identity(dns: string): TlsIdentity {
  const key = createKey()
  const names = { dns: [dns] }
  return { key, certificates: [issueSelfSigned({ key, names, at: new Date() })] }
}

/** Where an agent listens, and who it is; without an identity, it speaks plain HTTP. */
export interface Agent {
  readonly port: number
  readonly own?: TlsIdentity
}

/** Sends a message, signed where `sign` says so, and gives the answer. */
export async function ask(
  agent: Agent,
  by: TlsIdentity,
  message: object,
  sign: boolean,
): Promise<string> {
  const body = Buffer.from(JSON.stringify(message))
  const { own: receiver } = agent
  if (!sign || receiver === undefined) return send(agent, by, '/', plainFields(body), body)
  const [{ sha256, der }] = by.certificates
  const noBody = Buffer.alloc(0)
  const value = await send(agent, by, `/value?for=${sha256}`, plainFields(noBody), noBody)
  const fields = new RequestSigner({ key: by.key, chain: [der] }).sign(
    { method: 'POST', scheme: 'https', authority: 'lamp', target: '/', body },
    {
      value,
      audience: `sha256:${receiver.certificates[0].sha256}`,
      purpose: 'call',
      at: new Date(),
    },
  )
  return send(agent, by, '/', fields, body)
}

function plainFields(body: Uint8Array): Fields {
  return [
    ['host', 'lamp'],
    ['content-type', 'application/json'],
    ['content-length', String(body.length)],
  ]
}

function send(
  { port, own: receiver }: Agent,
  by: TlsIdentity,
  path: string,
  fields: Fields,
  body: Uint8Array,
): Promise<string> {
  const options: RequestOptions = { host: '127.0.0.1', port, path, method: 'POST', agent: false }
  return new Promise((resolve, reject) => {
    const sent =
      receiver === undefined
        ? plain({ ...options, setHost: false })
        : secure({ ...options, setHost: false, ...clientOptions(client(receiver, by)) })
    for (const [name, value] of fields) sent.setHeader(name, value)
    sent.removeHeader('connection')
    sent.on('error', reject).on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve(text))
    })
    sent.end(body)
  })
}

function client(receiver: TlsIdentity, by: TlsIdentity): TlsClient {
  const list = trustList([{ certificate: receiver.certificates[0], role: 'system' }])
  return { trust: { list: () => list }, name: { dns: 'lamp' }, identity: by }
}
