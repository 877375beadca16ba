import { randomBytes, type JsonWebKey, type KeyObject } from 'node:crypto'

import { escapeControls, Secret } from '@gatehouse/core'

import { encodeBase64Lines } from './base64.ts'
import { BlobWriter } from './blob-writer.ts'
import { type KeyFault } from './codes.ts'
import { jwkBytes, jwkOf } from './jwk.ts'
import { isKeyFault, type PublicKey } from './model.ts'
import { fromKeyObject } from './node-key.ts'

/** First bytes of the container, with its NUL. */
const MAGIC = Buffer.from('openssh-key-v1\0', 'latin1')

/** Block size of the cipher `none`, to which the private part is padded. */
const BLOCK_BYTES = 8

/**
 * Writes a private key of node:crypto in OpenSSH's own container, `openssh-key-v1`, not encrypted.
 *
 * Whoever writes it to a file gives that file the mode 0600.
 *
 * @param key - Private key: Ed25519, ECDSA on a curve of NIST, or RSA.
 * @param comment - Stands inside the container; control characters are escaped.
 * @returns The text of the file, or what {@link fromKeyObject} finds against the key.
 * @throws TypeError if the key is not a private one.
 * @see PROTOCOL.key of OpenSSH
 */
export function formatPrivateKey(key: KeyObject, comment = ''): Secret | KeyFault {
  if (key.type !== 'private') throw new TypeError('`key` is not a private key')
  const publicKey = fromKeyObject(key)
  if (isKeyFault(publicKey)) return publicKey
  const container = new BlobWriter()
    .bytes(MAGIC)
    .string('none')
    .string('none')
    .string('')
    .uint32(1)
    .string(publicKey.blob)
    .string(privatePart(publicKey, jwkOf(key), escapeControls(comment)))
    .finish()
  const lines = [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    ...encodeBase64Lines(container),
    '-----END OPENSSH PRIVATE KEY-----',
  ]
  return new Secret(lines.map((line) => `${line}\n`).join(''))
}

function privatePart(publicKey: PublicKey, jwk: JsonWebKey, comment: string): Uint8Array {
  const check = randomBytes(4)
  const writer = new BlobWriter().bytes(check).bytes(check)
  writePrivateFields(publicKey, jwk, writer)
  const content = writer.string(comment).finish()
  const missing = (BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES
  const padding = Uint8Array.from({ length: missing }, (_, index) => index + 1)
  return Buffer.concat([content, padding])
}

/** The fields of `sshkey_private_serialize`. */
function writePrivateFields(publicKey: PublicKey, jwk: JsonWebKey, writer: BlobWriter): void {
  if (publicKey.type === 'ssh-rsa') {
    writer.string('ssh-rsa')
    for (const member of [jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q]) writer.mpint(jwkBytes(member))
  } else if (publicKey.type === 'ssh-ed25519') {
    const point = jwkBytes(jwk.x)
    const seed = jwkBytes(jwk.d)
    writer
      .string('ssh-ed25519')
      .string(point)
      .string(Buffer.concat([seed, point]))
  } else {
    writer.bytes(publicKey.blob).mpint(jwkBytes(jwk.d))
  }
}
