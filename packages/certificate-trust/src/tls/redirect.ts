import type { RequestListener } from 'node:http'
import { isIP } from 'node:net'
import type { Certificate } from '../certificate/certificate.ts'
import { checkPeerName, type PeerName } from '../name/peer-name.ts'

/** Where requests are sent that came over plain HTTP. */
export interface RedirectOptions {
  /** The certificate that the server shows now. */
  readonly certificate: () => Certificate
  /** Port that it speaks HTTPS on; asked at each request. */
  readonly port: () => number
}

/**
 * Answers each plain HTTP request with 308 and the same path on HTTPS, and closes the connection. The
 * body is not read.
 *
 * Only hosts that the certificate is for are sent there: the header `Host` is the peer's word, and
 * would make an open redirect of this. Any other, and a target that is no path, get 421 and 400.
 */
export function redirectToHttps({ certificate, port }: RedirectOptions): RequestListener {
  return (request, response) => {
    const host = hostOf(request.headers.host)
    const { url = '' } = request
    const refuse = (status: 400 | 421): void => {
      response.writeHead(status, { connection: 'close', 'content-length': 0 }).end()
    }
    if (host === undefined || !isPath(url)) return refuse(400)
    if (checkPeerName(certificate(), host.name) !== undefined) return refuse(421)
    const authority = port() === 443 ? host.text : `${host.text}:${port()}`
    const location = `https://${authority}${url}`
    response.writeHead(308, { location, connection: 'close', 'content-length': 0 }).end()
  }
}

/** A path, and no start of `//host`; of the characters that a path and a query may have. */
function isPath(url: string): boolean {
  return /^\/(?!\/)[\w.~!$&'()*+,;=:@%/?-]*$/.test(url)
}

interface Host {
  /** As a URL has it, without the port. */
  readonly text: string
  readonly name: PeerName
}

function hostOf(header: string | undefined): Host | undefined {
  const text = /^(\[[\dA-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::\d{1,5})?$/.exec(
    header ?? '',
  )?.[1]
  if (text === undefined) return undefined
  const host = text.replace(/^\[(.*)\]$/, '$1')
  return { text, name: isIP(host) === 0 ? { dns: host } : { ip: host } }
}
