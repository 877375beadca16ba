import { PATHS } from '@gatehouse/protocol'
import { describe, expect, it } from 'vitest'
import type { AgentOptions } from '../src/index.ts'
import { acceptedFlips, bitsOf } from './bit-flips.ts'
import {
  askValue,
  deliver,
  post,
  readyRequest,
  signedBytes,
  startWeb,
  TASK,
  type StartedWeb,
} from './web-agent-world.ts'
import { exchange, Wire } from './wire.ts'

/** Times short enough to be waited for. */
const SHORT: AgentOptions['limits'] = {
  headersTimeoutMs: 300,
  requestTimeoutMs: 300,
  keepAliveTimeoutMs: 300,
  checkIntervalMs: 50,
}

type Edit = (text: string) => string

function edited(bytes: Uint8Array, edit: Edit): Buffer {
  return Buffer.from(edit(Buffer.from(bytes).toString('latin1')), 'latin1')
}

/** That nothing ran, and that the request which was not sent is good, shows that it was the change. */
async function expectOnlyNow(world: StartedWeb, good: Uint8Array): Promise<void> {
  expect(await world.marks()).toBe(0)
  expect((await deliver(world.port, good)).status).toBe(200)
  expect(await world.marks()).toBe(1)
}

const LENGTH = /\r\ncontent-length: (\d+)/
const BODY = /\r\n\r\n([^]*)$/

const chunked: Edit = (text) =>
  text
    .replace(LENGTH, '\r\ntransfer-encoding: chunked')
    .replace(
      BODY,
      (_, body: string) => `\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    )

/** Forms of one request that parsers take for another, and ways to hide one in another. */
const FORMS: readonly (readonly [title: string, edit: Edit])[] = [
  ['two lengths', (text) => text.replace(LENGTH, '$&$&')],
  ['two lengths that differ', (text) => text.replace(LENGTH, '$&\r\ncontent-length: 5')],
  ['a list of lengths', (text) => text.replace(LENGTH, '\r\ncontent-length: $1, $1')],
  ['a length with a sign', (text) => text.replace(LENGTH, '\r\ncontent-length: +$1')],
  ['a length with zeros', (text) => text.replace(LENGTH, '\r\ncontent-length: 00$1')],
  ['a length in hexadecimal', (text) => text.replace(LENGTH, '\r\ncontent-length: 0x$1')],
  ['no length', (text) => text.replace(LENGTH, '')],
  ['a length and chunks', (text) => text.replace(LENGTH, '$&\r\ntransfer-encoding: chunked')],
  ['chunks and a length', (text) => text.replace(LENGTH, '\r\ntransfer-encoding: chunked$&')],
  ['chunks', chunked],
  ['chunks with an extension', (text) => chunked(text).replace(/\r\n\r\n([0-9a-f]+)/, '$&;a=b')],
  ['chunks with a trailer', (text) => chunked(text).replace(/0\r\n\r\n$/, '0\r\nx-a: b\r\n\r\n')],
  [
    'chunks and a length',
    (text) => chunked(text).replace('\r\ntransfer', '\r\ncontent-length: 9\r\ntransfer'),
  ],
  ['chunks by another name', (text) => text.replace(LENGTH, '$&\r\ntransfer-encoding: xchunked')],
  ['chunks in chunks', (text) => text.replace(LENGTH, '\r\ntransfer-encoding: chunked, chunked')],
  [
    'a field that goes on in the next line',
    (text) => text.replace('; ', ';\r\n ').replace(/(host: )/, '$1\r\n '),
  ],
  ['a folded signature', (text) => text.replace('\r\nsignature: ', '\r\nsignature:\r\n ')],
  ['line feeds alone', (text) => text.replaceAll('\r\n', '\n')],
  ['one line feed alone', (text) => text.replace('\r\ncontent-type', '\ncontent-type')],
  ['an empty line of a line feed', (text) => text.replace('\r\n\r\n', '\n\n')],
  ['a carriage return alone', (text) => text.replace('\r\ncontent-type', '\rcontent-type')],
  ['a carriage return in a value', (text) => text.replace('application/', 'application\r/')],
  ['a blank before a colon', (text) => text.replace('host:', 'host :')],
  ['a null in a value', (text) => text.replace('127', '1\u000027')],
  ['a field without a name', (text) => text.replace('\r\nhost', '\r\n: x\r\nhost')],
  ['HTTP/1.0', (text) => text.replace('HTTP/1.1', 'HTTP/1.0')],
  ['HTTP/0.9', (text) => text.replace(' HTTP/1.1', '')],
  ['HTTP/2', (text) => text.replace('HTTP/1.1', 'HTTP/2.0')],
  ['an absolute target', (text) => text.replace(' /v1', ' https://127.0.0.1/v1')],
  ['a target of an authority', (text) => text.replace(' /v1/tasks', ' 127.0.0.1:443')],
  ['a target of a star', (text) => text.replace(' /v1/tasks', ' *')],
  ['a target with two slashes', (text) => text.replace(' /v1', ' //v1')],
  ['a target with a dot', (text) => text.replace(' /v1/', ' /v1/./')],
  ['an escaped target', (text) => text.replace('tasks', '%74asks')],
  ['a fragment', (text) => text.replace('tasks HTTP', 'tasks#a HTTP')],
  ['a method in small letters', (text) => text.replace('POST', 'post')],
  ['another method', (text) => text.replace('POST', 'PUT')],
  [
    'a method in place of this one',
    (text) => text.replace('\r\nhost', '\r\nx-http-method-override: PUT\r\nhost'),
  ],
  [
    'an upgrade',
    (text) => text.replace('\r\nhost', '\r\nconnection: upgrade\r\nupgrade: h2c\r\nhost'),
  ],
  ['an expectation', (text) => text.replace('\r\nhost', '\r\nexpect: 100-continue\r\nhost')],
  [
    'a body that is compressed',
    (text) => text.replace('\r\nhost', '\r\ncontent-encoding: gzip\r\nhost'),
  ],
  ['a hop-by-hop field', (text) => text.replace('\r\nhost', '\r\nconnection: close\r\nhost')],
]

/** White space that stands between the parts of a request, and belongs to none of them (RFC 9112, 3 and 5). */
const SAME: readonly (readonly [title: string, edit: Edit])[] = [
  ['a tab before a value', (text) => text.replace('host: ', 'host:\t')],
  ['two blanks', (text) => text.replace('POST ', 'POST  ')],
  ['blanks behind a value', (text) => text.replace('\r\ncontent-type', '  \r\ncontent-type')],
  ['an empty line before it', (text) => `\r\n${text}`],
]

/** Titles of the forms that something was answered with success for. */
async function heard(
  { port }: StartedWeb,
  forms: readonly (readonly [title: string, edit: Edit])[],
  bytesOf: (edit: Edit) => Buffer,
): Promise<readonly string[]> {
  const tried = forms.map(async ([title, edit]) => {
    const answers = await exchange(port, bytesOf(edit))
    return answers.some(({ status }) => status >= 200 && status < 400) ? title : ''
  })
  return (await Promise.all(tried)).filter(Boolean)
}

describe('a signed request', () => {
  it('in any other form than its own runs nothing, and does not use its value up', async () => {
    const world = await startWeb({}, { limits: SHORT })
    const good = await readyRequest(world)
    expect(await heard(world, FORMS, (form) => edited(good, form))).toEqual([])
    await expectOnlyNow(world, good)
  })

  it('behind another that is in the wrong form is not heard', async () => {
    const world = await startWeb({}, { limits: SHORT })
    const good = await readyRequest(world)
    const both = (form: Edit): Buffer => Buffer.concat([edited(good, form), good])
    expect(await heard(world, FORMS, both)).toEqual([])
    await expectOnlyNow(world, good)
  })

  it.each(SAME)('with %s is the same request', async (_, edit) => {
    const world = await startWeb({}, { limits: SHORT })
    const good = await readyRequest(world)
    const answers = await exchange(world.port, Buffer.concat([edited(good, edit), good]))
    expect(answers.map(({ status }) => status)).toEqual([200, 403])
    expect(await world.marks()).toBe(1)
  })

  it('with less body than it says is not heard', async () => {
    const world = await startWeb({}, { limits: SHORT })
    const good = await readyRequest(world)
    const answers = await exchange(world.port, good.subarray(0, -1))
    expect(answers.map(({ status }) => status)).toEqual([408])
    await expectOnlyNow(world, good)
  })

  it('is heard, and what stands behind it is not, when that is no request', async () => {
    const world = await startWeb({}, { limits: SHORT })
    const good = await readyRequest(world)
    const answers = await exchange(world.port, Buffer.concat([good, Buffer.from('}\r\n\r\n')]))
    expect(answers.map(({ status }) => status)).toEqual([200, 400])
    expect(await world.marks()).toBe(1)
  })

  it('can be sent behind another on one connection, and each counts for itself', async () => {
    const world = await startWeb()
    const one = await readyRequest(world)
    const two = await readyRequest(world)
    const answers = await exchange(world.port, Buffer.concat([one, two, one]))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 403])
    expect(await world.marks()).toBe(2)
  })

  it('that comes slowly is given up, head and body', async () => {
    const world = await startWeb({}, { limits: SHORT })
    const good = await readyRequest(world)
    const bodyAt = good.indexOf('\r\n\r\n') + 4
    for (const length of [20, bodyAt - 2, bodyAt, bodyAt + 10]) {
      const wire = new Wire(world.port)
      wire.write(good.subarray(0, length))
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answers = await wire.answers()
      expect(answers.map(({ status }) => status)).toEqual([408])
    }
    await expectOnlyNow(world, good)
  })

  it('with a head that is too large is refused, up to that and beyond it', async () => {
    const world = await startWeb({}, { limits: SHORT })
    const good = await readyRequest(world)
    const padded = (size: number): Buffer =>
      edited(good, (text) => text.replace('\r\nhost', `\r\nx-pad: ${'x'.repeat(size)}\r\nhost`))
    const statuses: number[] = []
    for (const size of [8_000, 16_384, 1_000_000]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const [answer] = await exchange(world.port, padded(size))
      statuses.push(answer?.status ?? 0)
    }
    expect(statuses).toEqual([403, 431, 431])
    const many = edited(good, (text) =>
      text.replace('\r\n\r\n', `${'\r\na: b'.repeat(100)}\r\n\r\n`),
    )
    expect((await exchange(world.port, many)).map(({ status }) => status)).toEqual([403])
    await expectOnlyNow(world, good)
  })

  it('with a body that is too large is refused, unread when it says so', async () => {
    const world = await startWeb()
    const good = await readyRequest(world)
    const longer = edited(good, (text) => text.replace(LENGTH, '\r\ncontent-length: 300000'))
    expect((await deliver(world.port, longer)).body.error.code).toBe('body-too-large')
    const large = await readyRequest(world, { ...TASK, user: 'x'.repeat(270_000) })
    expect((await deliver(world.port, large)).body.error.code).toBe('body-too-large')
    await expectOnlyNow(world, good)
  })

  it('that is cut at any byte runs nothing', async () => {
    const world = await startWeb({}, { limits: SHORT })
    const good = await readyRequest(world)
    const lengths = Array.from({ length: good.length }, (_, length) => length)
    const cuts = lengths.filter((length) => length % 25 === 1)
    const all = await Promise.all(
      cuts.map((length) => exchange(world.port, good.subarray(0, length))),
    )
    expect(all.flat().filter(({ status }) => status < 400)).toEqual([])
    await expectOnlyNow(world, good)
  })

  it('of which one bit has changed is refused, whichever that is', async () => {
    const world = await startWeb({ webAgent: { valueLifeSeconds: 300 } }, { limits: SHORT })
    const good = await readyRequest(world)
    const bits = bitsOf(good, 'one-of-each-byte')
    expect(bits).toHaveLength(good.length)
    expect(await acceptedFlips(world.port, good, bits)).toEqual([])
    await expectOnlyNow(world, good)
  }, 60_000)
})

describe('the web agent', () => {
  it('goes on serving whoever asks for values, however many are not used', async () => {
    const world = await startWeb()
    const wire = new Wire(world.port)
    const values = new Set<string>()
    for (let count = 0; count < 200; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one connection
      values.add((await askValue(wire, world.console.certificate.sha256)).value)
    }
    expect(values.size).toBe(200)
    const { audience } = await askValue(wire, world.console.certificate.sha256)
    const [value = ''] = values
    const bytes = signedBytes(world.port, world.console, TASK, { value, audience })
    wire.destroy()
    expect((await deliver(world.port, bytes)).status).toBe(200)
  })

  it.each([PATHS.values, PATHS.tasks])('takes POST alone at %s', async (path) => {
    const { port } = await startWeb()
    const answer = await deliver(port, post(path, '{}').replace('POST', 'PUT'))
    expect([answer.status, answer.body.error.code]).toEqual([405, 'method-not-allowed'])
  })
})
