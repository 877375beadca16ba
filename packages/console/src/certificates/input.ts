import {
  parseCertificate,
  parseCertificateFile,
  parseRequest,
  type Certificate,
  type CertificateRequest,
  type MalformedCode,
  type PeerName,
} from '@gatehouse/certificate-trust'
import { importPkcs12, readPrivateKey } from '@gatehouse/certificate-trust/issuing'
import { fetchChain } from '@gatehouse/certificate-trust/tls'
import { ConfigError, Secret, type ParseError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import type { KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { parsePlace, type Place } from './address.ts'

/** What an argument of a certificate command turned out to hold. */
export interface Input {
  /** As it was named. */
  readonly name: string
  /** Certificates as DER, in the order of the file, or as the server sent them. */
  readonly encoded: readonly Uint8Array[]
  /** The server that sent them; then nobody has read them yet. */
  readonly place?: Place
  /** A certificate request instead. */
  readonly request?: CertificateRequest
  /** The key beside the certificates; only PKCS#12 is read with its key. */
  readonly key?: KeyObject
}

/** Options of every command that reads certificates. */
export interface InputOptions {
  /** File with the passphrase of a PKCS#12 store or a key. */
  readonly passphraseFile?: string
}

/** Largest file that is read: a bundle of the library's limit, in PEM. */
const MAX_INPUT_BYTES = 24 * 1024 * 1024

/** Longest that a server may take to show its certificate. */
const NETWORK_TIMEOUT_MS = 10_000

/**
 * Reads a file in PEM, DER, PKCS#7 or PKCS#12, or the chain that the server at `HOST:PORT` offers,
 * which is trusted for nothing.
 *
 * @throws ConfigError for what cannot be read or reached; ParseError for what is malformed.
 */
export async function readInput(name: string, options: InputOptions): Promise<Input> {
  const place = placeOf(name)
  if (place !== undefined) {
    const { chain } = await fetchChain({ ...place, timeoutMs: NETWORK_TIMEOUT_MS })
    return { name, encoded: chain, place }
  }
  const bytes = await readFileWhole(name)
  const file = { file: name }
  const [certificates, instead] = attempt(() => parseCertificateFile(bytes, file))
  if (certificates !== undefined) return { ...fileOf(name), encoded: certificates.map(derOf) }
  if (instead.code === 'request-instead-of-certificate') {
    return { ...fileOf(name), request: parseRequest(bytes, file) }
  }
  if (instead.code !== 'key-store-instead-of-certificate') throw instead.error
  const { passphraseFile } = options
  if (passphraseFile === undefined) {
    throw new ConfigError(`\`${name}\` is a PKCS#12 store: it needs \`--passphrase-file\``, {
      source: file,
    })
  }
  const store = importPkcs12(bytes, await readPassphrase(passphraseFile), file)
  return { ...fileOf(name), ...store, encoded: store.certificates.map(derOf) }
}

function fileOf(name: string): Input {
  return { name, encoded: [] }
}

function derOf({ der }: Certificate): Uint8Array {
  return der
}

/** Where an argument points to, if it is no file. */
export function placeOf(name: string): Place | undefined {
  return existsSync(name) ? undefined : parsePlace(name)
}

type Chain = readonly [Uint8Array, ...Uint8Array[]]

/** One certificate or more, as DER. @throws ConfigError when the input holds none. */
export async function readChain(name: string, options: InputOptions): Promise<Chain> {
  return chainOf(await readInput(name, options))
}

function chainOf({ name, encoded, request }: Input): Chain {
  const [first, ...rest] = encoded
  if (first !== undefined) return [first, ...rest]
  const what = request === undefined ? 'holds no certificate' : 'is a certificate request'
  throw new ConfigError(`\`${name}\` ${what}`, { source: { file: name } })
}

/**
 * The same with the certificate in question first, for a decision about it. In a file that is the first that is no authority's,
 * as PKCS#7 has no order; of what a server sends it is the first, whatever that is.
 */
export async function readPeer(name: string, options: InputOptions): Promise<Peer> {
  const input = await readInput(name, options)
  const chain = chainOf(input)
  const { place } = input
  if (place !== undefined) return { chain, names: [nameOf(place)] }
  const peer = chain.find((der) => !isAuthority(parseCertificate(der, { file: name })))
  const ordered = [peer ?? chain[0], ...chain.filter((der) => der !== (peer ?? chain[0]))] as const
  return { chain: ordered, names: [] }
}

/** Whose certificate is in question. */
export interface Peer {
  /** Its certificate as DER, and whatever came with it. */
  readonly chain: Chain
  /** The name that it was looked for by; none for a file. */
  readonly names: readonly PeerName[]
}

function nameOf({ host }: Place): PeerName {
  return isIP(host) === 0 ? { dns: host } : { ip: host }
}

function isAuthority({ extensions }: Certificate): boolean {
  return extensions.basicConstraints?.value.isCa === true
}

/** The certificates of an input, read. @throws ParseError also for what a server sent that is no certificate. */
export async function readCertificates(
  name: string,
  options: InputOptions,
): Promise<readonly [Certificate, ...Certificate[]]> {
  const [first, ...rest] = await readChain(name, options)
  const read = (der: Uint8Array): Certificate => parseCertificate(der, { file: name })
  return [read(first), ...rest.map(read)]
}

/** Certificates of files: roots, or those between. */
export async function readAuthorities(files: readonly string[]): Promise<readonly Certificate[]> {
  const read = await Promise.all(
    files.map(async (file) => parseCertificateFile(await readFileWhole(file), { file })),
  )
  return read.flat()
}

/** The bytes of a file. @throws ConfigError when it cannot be read or is too large. */
export async function readFileWhole(file: string): Promise<Uint8Array> {
  const read = await readBounded(file, MAX_INPUT_BYTES)
  if ('bytes' in read) return read.bytes
  throw new ConfigError(`file \`${file}\` is ${read.failure}`, { ...read, source: { file } })
}

/** The first line of a file, which holds nothing else. @throws ConfigError when it does, or is empty. */
export async function readPassphrase(file: string): Promise<Secret> {
  const text = new TextDecoder().decode(await readFileWhole(file)).replace(/\r?\n$/, '')
  const isOne = text !== '' && !/[\r\n]/.test(text)
  if (isOne) return new Secret(text)
  const message = `file \`${file}\` does not hold one line with a passphrase`
  throw new ConfigError(message, { source: { file } })
}

/** What a ParseError says that a file holds instead. */
interface Instead {
  readonly code: MalformedCode | undefined
  readonly error: unknown
}

function attempt<Value>(
  read: () => Value,
): readonly [Value, undefined] | readonly [undefined, Instead] {
  try {
    return [read(), undefined]
  } catch (error) {
    const [diagnostic] = (error as Partial<ParseError>).diagnostics ?? []
    return [undefined, { code: diagnostic?.code as MalformedCode | undefined, error }]
  }
}

/** The private key of a file. @throws ConfigError when there is none, or its passphrase is not known. */
export async function readKey(
  file: string,
  passphraseFile: string | undefined,
): Promise<KeyObject> {
  const bytes = await readFileWhole(file)
  if (passphraseFile === undefined) return readPrivateKey(bytes, { file })
  return readPrivateKey(bytes, { file, passphrase: await readPassphrase(passphraseFile) })
}

/**
 * The SHA-256 that an argument states: 64 digits as any program writes them, or a file that holds the
 * certificate first.
 */
export async function readFingerprint(argument: string): Promise<string> {
  const digits = argument.replaceAll(/[\s:]/g, '').toLowerCase()
  if (/^[0-9a-f]{64}$/.test(digits)) return digits
  const [certificate] = parseCertificateFile(await readFileWhole(argument), { file: argument })
  if (certificate === undefined) throw new ConfigError(`\`${argument}\` holds no certificate`)
  return certificate.sha256
}
