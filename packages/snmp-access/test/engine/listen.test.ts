import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { listen, type Listening, type MessageReceiver } from '../../src/engine/index.ts'
import { kernelDrops } from '../../src/engine/kernel-drops.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (one) => await one.close()))
})

async function listening(receiver: MessageReceiver, options = {}): Promise<Listening> {
  const opened = await listen(receiver, {
    addresses: [
      { address: '127.0.0.1', port: 0 },
      { address: '::1', port: 0 },
    ],
    ...options,
  })
  open.push(opened)
  return opened
}

/** Sends to the first address, and gives what comes back. */
async function ask({ addresses: [first] }: Listening, text: string): Promise<string> {
  const socket = createSocket('udp4')
  socket.send(text, first?.port ?? 0, '127.0.0.1')
  const [answer] = (await once(socket, 'message')) as [Buffer]
  socket.close()
  return answer.toString()
}

const ECHO: MessageReceiver = {
  receive: (octets, source) => Buffer.concat([Buffer.from(`${source} `), octets]),
}

/** Fails as the message says. */
const FAILING: MessageReceiver = {
  receive: (octets) => {
    const text = Buffer.from(octets).toString()
    if (text === 'throw') throw new Error(text)
    return text === 'reject' ? Promise.reject(new Error(text)) : Buffer.from('here')
  },
}

describe('listen', () => {
  it('answers from both families, at once or later', async () => {
    const { addresses } = await listening(ECHO)
    expect(addresses.map(({ address }) => address)).toEqual(['127.0.0.1', '::1'])
    const socket = createSocket('udp6')
    socket.send('six', addresses[1]?.port ?? 0, '::1')
    const [answer] = (await once(socket, 'message')) as [Buffer]
    socket.close()
    expect(answer.toString()).toBe('::1 six')
    const later = await listening({
      receive: async () => await Promise.resolve(Buffer.from('later')),
    })
    expect(await ask(later, 'x')).toBe('later')
  })

  it('goes on when a receiver throws or rejects, and tells', async () => {
    const errors: unknown[] = []
    const opened = await listening(FAILING, { onError: (error: unknown) => errors.push(error) })
    const socket = createSocket('udp4')
    for (const text of ['throw', 'reject'])
      socket.send(text, opened.addresses[0]?.port ?? 0, '127.0.0.1')
    expect(await ask(opened, 'x')).toBe('here')
    socket.close()
    expect(errors.map((error) => (error as Error).message)).toEqual(['throw', 'reject'])
  })

  it('waits for no more answers than it may', async () => {
    const waiting: ((octets: Uint8Array) => void)[] = []
    const opened = await listening(
      { receive: async () => await new Promise<Uint8Array>((resolve) => waiting.push(resolve)) },
      { maxPending: 2 },
    )
    const answers = [ask(opened, 'a'), ask(opened, 'b')]
    while (waiting.length < 2) await new Promise(setImmediate)
    const socket = createSocket('udp4')
    socket.send('c', opened.addresses[0]?.port ?? 0, '127.0.0.1')
    while (opened.droppedAsPending < 1) await new Promise(setImmediate)
    socket.close()
    for (const answer of waiting) answer(Buffer.from('done'))
    expect(await Promise.all(answers)).toEqual(['done', 'done'])
    expect(waiting).toHaveLength(2)
  })

  it('opens none when one of them cannot be', async () => {
    const taken = createSocket('udp4').bind(0, '127.0.0.1')
    open.push({ close: () => taken.close() })
    await once(taken, 'listening')
    const { port } = taken.address()
    const addresses = [
      { address: '::1', port },
      { address: '127.0.0.1', port },
    ]
    await expect(listen(ECHO, { addresses })).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    const again = createSocket('udp6').bind(port, '::1')
    open.push({ close: () => again.close() })
    await once(again, 'listening')
  })

  it('takes addresses only', async () => {
    const addresses = [{ address: 'localhost', port: 0 }]
    await expect(listen(ECHO, { addresses })).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })

  it('asks for a receive buffer', async () => {
    const [small, large] = [
      await listening(ECHO, { receiveBufferBytes: 8192 }),
      await listening(ECHO, { receiveBufferBytes: 65_536 }),
    ]
    expect(small.receiveBufferBytes).toBeLessThan(large.receiveBufferBytes)
  })

  it.runIf(process.platform === 'linux')('tells what the kernel dropped', async () => {
    const opened = await listening(ECHO, { receiveBufferBytes: 4096 })
    expect(opened.droppedByKernel()).toBe(0)
    const socket = createSocket('udp4')
    const [first] = opened.addresses
    // All of them are sent before the loop comes round to take one.
    const sent = Array.from({ length: 100 }, async () => {
      await new Promise((resolve) => {
        socket.send(Buffer.alloc(1400), first?.port ?? 0, '127.0.0.1', resolve)
      })
    })
    await Promise.all(sent)
    socket.close()
    expect(opened.droppedByKernel()).toBeGreaterThan(0)
  })

  it('closes twice without harm', async () => {
    const opened = await listening(ECHO)
    await opened.close()
    await opened.close()
    open.length = 0
  })
})

/** A row of a table of the kernel. */
function row(local: string, drops: number): string {
  return `  12: ${local} 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 999 2 00 ${drops}\n`
}

describe('the drops of the kernel', () => {
  const folder = mkdtempSync(join(tmpdir(), 'proc-'))
  const files = { ipv4: join(folder, 'udp'), ipv6: join(folder, 'udp6') }
  const head = '   sl  local_address rem_address   st tx_queue rx_queue ref pointer drops\n'
  writeFileSync(files.ipv4, head + row('0200007F:00A1', 9) + row('0100007F:00A1', 5))
  writeFileSync(
    files.ipv6,
    head +
      row('00000000000000000000000001000000:00A1', 7) +
      row('B80D0120000000000000000002000000:00A1', 1),
  )
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('are added over the sockets, and not known when one of them is not', () => {
    const four = { address: '127.0.0.1', port: 161 }
    expect(kernelDrops([four], files)).toBe(5)
    expect(kernelDrops([four, { address: '::1', port: 161 }], files)).toBe(12)
    expect(kernelDrops([{ address: '2001:db8::2%eth0', port: 161 }], files)).toBe(1)
    expect(kernelDrops([four, { address: '127.0.0.1', port: 162 }], files)).toBeUndefined()
    expect(kernelDrops([four], { ipv4: join(folder, 'no'), ipv6: '' })).toBeUndefined()
  })
})
