// oxlint-disable-next-line import/no-unassigned-import -- @peculiar/x509 asks for it to be loaded before
import 'reflect-metadata'
import { X509Certificate as NodeCertificate } from 'node:crypto'
import { parseCertificate, parseCertificateLists, verify } from '@gatehouse/certificate-trust'
import { X509Certificate as PeculiarCertificate, X509ChainBuilder, X509Crl } from '@peculiar/x509'
import forge from 'node-forge'
import * as pkijs from 'pkijs'
import { AT, SERVER } from './issue.ts'

/** What a verifier knows beside the certificate that it is asked about, as DER. */
export interface Store {
  readonly roots: readonly Uint8Array[]
  /** Certificates between, in any order. */
  readonly between: readonly Uint8Array[]
}

/** Whether a server's certificate is to be trusted; what it cannot read, it may throw at. */
type Decide = (leaf: Uint8Array) => boolean | Promise<boolean>

/** A library, used as carefully as its interface allows. */
export interface Verifier {
  readonly name: string
  /** Whether it reads no keys but those of RSA. */
  readonly isRsaOnly?: true
  /** Reads roots, then what is between, where what cannot be read is left out; and decides by it. */
  readonly open: (roots: Store['roots'], host: string) => (between: Store['between']) => Decide
  /** Whether a list has a certificate, where the library reads lists. */
  readonly isRevoked?: (list: Uint8Array, leaf: Uint8Array) => boolean
}

const read = (der: Uint8Array): ReturnType<typeof parseCertificate> =>
  parseCertificate(der, { file: 'certificate' })

/** What can be read of some certificates. */
function readable<Certificate>(
  ders: readonly Uint8Array[],
  readOne: (der: Uint8Array) => Certificate,
): Certificate[] {
  return ders.flatMap((der) => {
    try {
      return [readOne(der)]
    } catch {
      return []
    }
  })
}

/** Ours, for what a peer sends as DER. */
const ours: Verifier = {
  name: 'ours',
  open: (roots, host) => {
    const anchors = roots.map(read)
    const options = { at: AT, anchors, name: { dns: host }, purpose: 'server' } as const
    return (between) => {
      const others = readable(between, read)
      return (leaf) => verify([read(leaf), ...others], options).decision.outcome === 'allow'
    }
  },
  isRevoked: (list, leaf) => {
    const { issuer, serialNumber } = read(leaf)
    const [found] = parseCertificateLists(list, { file: 'list' })
    return found?.find(issuer, serialNumber) !== undefined
  },
}

/** `X509Certificate`, and a search over it that asks all that it can be asked. */
const node: Verifier = {
  name: 'X509Certificate, careful walk',
  open: (roots, host) => {
    const anchors = roots.map((der) => new NodeCertificate(der))
    return (between) => {
      const others = readable(between, (der) => new NodeCertificate(der))
      return (der) => {
        const leaf = new NodeCertificate(der)
        const isForServers = (leaf.keyUsage as readonly string[] | undefined)?.includes(SERVER)
        if (!isCurrent(leaf) || isForServers === false) return false
        if (leaf.checkHost(host, { subject: 'never' }) === undefined) return false
        return leadsTo([leaf], others, anchors)
      }
    }
  },
}

function isCurrent({ validFrom, validTo }: NodeCertificate): boolean {
  return Date.parse(validFrom) <= AT.getTime() && Date.parse(validTo) >= AT.getTime()
}

function leadsTo(
  chain: readonly NodeCertificate[],
  others: readonly NodeCertificate[],
  anchors: readonly NodeCertificate[],
): boolean {
  const last = chain.at(-1) as NodeCertificate
  const isIssuer = (one: NodeCertificate): boolean =>
    one.ca && isCurrent(one) && last.checkIssued(one) && last.verify(one.publicKey)
  if (anchors.some(isIssuer)) return true
  return others.some(
    (one) => !chain.includes(one) && isIssuer(one) && leadsTo([...chain, one], others, anchors),
  )
}

/** node-forge: it wants the chain in its order, so it is walked by issuer first. */
const nodeForge: Verifier = {
  name: 'node-forge',
  isRsaOnly: true,
  open: (roots, host) => {
    const anchors = forge.pki.createCaStore(roots.map(forgeCertificate))
    return (between) => {
      const others = readable(between, forgeCertificate)
      return (der) => {
        const chain = [forgeCertificate(der)]
        for (let last = chain[0]; last !== undefined;) {
          const issued: forge.pki.Certificate = last
          last = others.find((one) => !chain.includes(one) && issued.isIssuer(one))
          if (last !== undefined) chain.push(last)
        }
        const names = chain[0]?.getExtension('subjectAltName') as { altNames?: AltName[] } | null
        if (
          !hasHost(
            (names?.altNames ?? []).filter(isHost).map(({ value }) => value),
            host,
          )
        ) {
          return false
        }
        return forge.pki.verifyCertificateChain(anchors, chain, { validityCheckDate: AT })
      }
    }
  },
}

interface AltName {
  readonly type: number
  readonly value: string
}

function isHost({ type }: AltName): boolean {
  return type === 2
}

function forgeCertificate(der: Uint8Array): forge.pki.Certificate {
  const bytes = forge.util.createBuffer(Buffer.from(der).toString('latin1'))
  return forge.pki.certificateFromAsn1(forge.asn1.fromDer(bytes))
}

/** pkijs, by its engine for chains. */
const pki: Verifier = {
  name: 'pkijs',
  open: (roots, host) => {
    const trustedCerts = roots.map((der) => pkijs.Certificate.fromBER(der))
    return (between) => {
      const others = readable(between, (der) => pkijs.Certificate.fromBER(der))
      return async (der) => {
        const leaf = pkijs.Certificate.fromBER(der)
        const names = leaf.extensions?.find(({ extnID }) => extnID === '2.5.29.17')?.parsedValue as
          { altNames?: readonly { type: number; value: unknown }[] } | undefined
        const hosts = (names?.altNames ?? []).flatMap(({ type, value }) =>
          type === 2 ? [String(value)] : [],
        )
        if (!hasHost(hosts, host)) return false
        const certs = [...others, leaf]
        const engine = new pkijs.CertificateChainValidationEngine({
          trustedCerts,
          certs,
          checkDate: AT,
        })
        return (await engine.verify()).result
      }
    }
  },
  isRevoked: (list, leaf) =>
    pkijs.CertificateRevocationList.fromBER(list).isCertificateRevoked(
      pkijs.Certificate.fromBER(leaf),
    ),
}

/** @peculiar/x509: it builds a chain; whether it is current and ends in a root is asked of it afterwards. */
const peculiar: Verifier = {
  name: '@peculiar/x509',
  open: (roots, host) => {
    const anchors = roots.map((der) => new PeculiarCertificate(der))
    return (between) => {
      const others = readable(between, (der) => new PeculiarCertificate(der))
      const builder = new X509ChainBuilder({ certificates: [...others, ...anchors] })
      return async (der) => {
        const leaf = new PeculiarCertificate(der)
        const names = leaf.getExtension('2.5.29.17') as {
          names?: { items: readonly { type: string; value: string }[] }
        } | null
        const hosts = (names?.names?.items ?? []).flatMap(({ type, value }) =>
          type === 'dns' ? [value] : [],
        )
        if (!hasHost(hosts, host)) return false
        const chain = await builder.build(leaf)
        const last = chain.at(-1)
        const isRooted = last !== undefined && anchors.some((one) => one.equal(last))
        return (
          isRooted && chain.every(({ notBefore, notAfter }) => notBefore <= AT && notAfter >= AT)
        )
      }
    }
  },
  isRevoked: (list, leaf) => new X509Crl(list).findRevoked(new PeculiarCertificate(leaf)) !== null,
}

/** Compares host names, for libraries that do not: a `*` stands for the first label. */
function hasHost(names: readonly string[], host: string): boolean {
  const wanted = host.toLowerCase()
  const wildcard = `*${wanted.slice(wanted.indexOf('.'))}`
  return names.some((name) => name.toLowerCase() === wanted || name.toLowerCase() === wildcard)
}

/** Ours first, then those that it is compared with. */
export const VERIFIERS: readonly [Verifier, ...Verifier[]] = [ours, node, nodeForge, pki, peculiar]
