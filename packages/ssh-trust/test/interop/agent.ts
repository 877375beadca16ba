import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

import { BlobReader } from '../../src/key/blob-reader.ts'
import { BlobWriter } from '../../src/key/blob-writer.ts'

/** What an agent of SSH has for one login. */
export interface Identity {
  /** A key, or a certificate. */
  readonly blob: Uint8Array
  /** Makes a signature with the name of its type before it. */
  readonly sign: (data: Uint8Array) => Uint8Array
}

/** Messages of draft-ietf-sshm-ssh-agent. */
const MESSAGE = { failure: 5, askedWhich: 11, which: 12, askedToSign: 13, signed: 14 } as const

/**
 * Listens as `ssh-agent` does, with one identity.
 *
 * @returns Ends it.
 */
export async function serveAgent(path: string, identity: Identity): Promise<() => void> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let left = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      left = Buffer.concat([left, chunk])
      while (left.length >= 4 && left.length >= 4 + left.readUInt32BE()) {
        const end = 4 + left.readUInt32BE()
        socket.write(new BlobWriter().string(answer(left.subarray(4, end), identity)).finish())
        left = left.subarray(end)
      }
    })
  })
  server.listen(path)
  await once(server, 'listening')
  return () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
}

function answer(message: Uint8Array, { blob, sign }: Identity): Uint8Array {
  const type = message[0]
  if (type === MESSAGE.askedWhich) {
    const start = new BlobWriter().bytes(Uint8Array.of(MESSAGE.which)).uint32(1)
    return start.string(blob).string('here').finish()
  }
  if (type !== MESSAGE.askedToSign) return Uint8Array.of(MESSAGE.failure)
  const reader = new BlobReader(message.subarray(1))
  reader.string()
  const signature = sign(reader.string())
  return new BlobWriter().bytes(Uint8Array.of(MESSAGE.signed)).string(signature).finish()
}
