import { allow, type Decision } from '@gatehouse/core'
import {
  CODES,
  describe,
  readSignedRequest,
  verifySignedRequest,
  type Code,
  type Purpose,
  type RequestMessage,
} from '@gatehouse/signed-request'
import { isDeepStrictEqual } from 'node:util'
import type { Random } from '../../random.ts'
import { pick, type FuzzFormat } from '../format.ts'
import { ensure, ensureDecision } from '../oracle.ts'
import {
  AT,
  AUDIENCES,
  CountingStore,
  genuineRequests,
  messageOf,
  SIGNERS,
  testValues,
  textOf,
} from '../signed-requests/genuine.ts'

const STORE = new CountingStore()
const VALUES = testValues(STORE)
const GENUINE = genuineRequests(VALUES)
const PURPOSES: readonly Purpose[] = ['task', 'login', 'call']
const TEXTS = GENUINE.map(({ message }) => textOf(message))
/** Every field of every request, for where another belongs. */
const FIELDS = [...new Set(GENUINE.flatMap(({ message }) => message.fields))]
const SOUND_FIELD = FIELDS[0] as (typeof FIELDS)[0]
const OTHERS = [
  ['connection', 'keep-alive'],
  ['transfer-encoding', 'chunked'],
  ['Host', 'web-1:2381'],
  ['content-length', '0'],
  ['__proto__', 'x'],
  ['x-forwarded-for', '127.0.0.1'],
] as const

const SYNTAX = ['gatehouse=', ';created=', ';nonce="', ':', '"', '\n', '\n\n', '//', '/../', '?']

/** One field moved, doubled, left out, or with another's value. */
function rearranged(message: RequestMessage, random: Random): RequestMessage {
  const fields = [...message.fields]
  const at = random(fields.length)
  const field = fields[at] ?? SOUND_FIELD
  switch (random(7)) {
    case 0:
      fields.splice(at, 1)
      break
    case 1:
      fields.splice(at, 0, field)
      break
    case 2:
      fields.splice(random(fields.length), 0, ...fields.splice(at, 1))
      break
    case 3:
      fields[at] = pick(random, [field, ...FIELDS.filter(([name]) => name === field[0])])
      break
    case 4:
      fields.splice(at, 0, pick(random, [...OTHERS, ...FIELDS]))
      break
    case 5:
      return { ...message, body: pick(random, GENUINE).message.body }
    default:
      fields[at] = [field[0], pick(random, FIELDS)[1]]
  }
  return { ...message, fields }
}

/** Whole requests with a signature, put together of parts of good ones: nothing passes but these. */
export const SIGNED_REQUEST: FuzzFormat = {
  name: 'signed-request',
  takesBytes: false,
  words: [
    ...FIELDS.map(([name]) => `${name}: `),
    ...FIELDS.map(([, value]) => value),
    ...OTHERS.map(([name, value]) => `\n${name}: ${value}`),
    ...SYNTAX,
  ],
  compose: (random) => {
    const { message } = pick(random, GENUINE)
    let changed = message
    for (let left = random(3); left > 0; left -= 1) changed = rearranged(changed, random)
    return textOf(changed)
  },
  examine: (input, random) => {
    const message = messageOf(input as string)
    const otherFields = random(4) === 0 ? 'allow' : 'deny'
    const read = readSignedRequest(message, { otherFields, maxBodyBytes: 100 })
    if (read.outcome === 'deny') {
      ensureDecision(read, CODES)
      return false
    }
    const { request } = read
    const known = SIGNERS.find(({ sha256 }) => sha256 === request.keyid)
    const own = random(3) > 0 ? request.purpose : pick(random, PURPOSES)
    const before = STORE.uses
    const decided = verifySignedRequest(request, {
      signer: known && { ...known, decision: allow({ code: 'certificate-pinned' }) },
      values: VALUES,
      audiences: AUDIENCES,
      purpose: own,
      at: AT,
    })
    // The store is asked last, in the same turn. What comes later ends the run if it does not hold.
    const isAllowed = STORE.uses > before
    void decided.then((decision) => ensureAnswer(decision, isAllowed))
    if (!isAllowed) return false
    const original = GENUINE.find(({ message: { fields } }) =>
      fields.some(([name, value]) => name === 'signature' && hasField(message, name, value)),
    )
    ensure(original !== undefined, 'a signature that nobody made')
    ensure(original?.purpose === own, 'taken for another purpose')
    const [made, came] = [original?.message, message].map((one) => signedPartOf(one))
    ensure(isDeepStrictEqual(made, came), 'another request passes for one that was signed')
    if (otherFields === 'deny') {
      ensure(TEXTS.includes(textOf(message)), 'a request with more than what was signed passes')
    }
    return true
  },
}

function ensureAnswer(decision: Decision<Code>, isAllowed: boolean): void {
  ensureDecision(decision, CODES)
  ensure((decision.outcome === 'allow') === isAllowed, 'the value is used up, and all is refused')
  for (const reason of decision.reasons) {
    ensure(!/\p{Cc}/u.test(describe(reason)), 'a reason that cannot be printed')
  }
}

function hasField({ fields }: RequestMessage, name: string, value: string): boolean {
  return fields.some(([one, other]) => one.toLowerCase() === name && other === value)
}

/** What the receiver acts by, without what it was told to let pass. */
function signedPartOf(message: RequestMessage | undefined): unknown {
  if (message === undefined) return undefined
  const { method, scheme, target, fields, body } = message
  const names = new Set(FIELDS.map(([name]) => name))
  const own = fields
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => names.has(name))
  const sorted = own.toSorted(([one], [other]) => (one < other ? -1 : 1))
  return [method, scheme, target, sorted, Buffer.from(body).toString('hex')]
}
