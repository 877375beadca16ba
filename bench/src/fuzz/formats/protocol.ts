import {
  ActionRequestSchema,
  AnswerSchema,
  ErrorAnswerSchema,
  ERRORS,
  InvocationRequestSchema,
  LoginAnswerSchema,
  LoginRequestSchema,
  readMessage,
  StatementAnswerSchema,
  TaskAnswerSchema,
  TaskRequestSchema,
  ValueAnswerSchema,
  ValueRequestSchema,
} from '@gatehouse/protocol'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat } from '../format.ts'
import { ensure, ensureEqual } from '../oracle.ts'

type Schema = Parameters<typeof readMessage>[0]

const SYSTEM = '"system":{"name":"a","dns":"none","domain":"default"}'
const STATEMENT = '{"provided":[],"unmet":[],"lacking":[],"openings":[]}'
const MEMBERS = [
  ['"user":"ops"', '"user":""', '"user":7', '"user":["ops"]', '"action":"chart"', '"target":"x"'],
  ['"target":"../x"', '"microagent":"M"', '"method":"x"', '"scope":"group"', '"scope":"Group"'],
  ['"node":{"name":"a"}', '"node":{"name":"a","x":1}', '"arguments":{"a":1,"b":"c","d":true}'],
  ['"arguments":{"1":2}', '"arguments":{"a":null}', '"__proto__":{"user":"x"}', '"constructor":1'],
  ['"outcome":"allow"', '"result":[[[]]]', '"reasons":[]', `"actions":${STATEMENT}`, SYSTEM],
  ['"level":"operator"', '"level":"Operator"', '"tool":"T"', '"tool":""', '"browserAddress":"::1"'],
  ['"path":"//x"', '"path":"/sign-in?ticket="', '"endsInMs":1', '"endsInMs":-1', '"endsInMs":1e9'],
  [
    '"certificate":"0A"',
    '"value":"a\\"b"',
    '"value":"é"',
    '"audience":""',
    '"result":{"exitCode":0}',
  ],
  ['"error":{"code":"not-found","message":"x"}', '"error":{"code":"x","message":"x"}'],
].flat()

const MESSAGES: readonly (readonly [name: string, schema: Schema, sound: string])[] = [
  ['action', ActionRequestSchema, '"user":"ops","action":"chart"'],
  [
    'invocation',
    InvocationRequestSchema,
    '"user":"ops","microagent":"M","method":"x","scope":"group"',
  ],
  [
    'answer',
    AnswerSchema,
    `${SYSTEM},"outcome":"deny","reasons":[{"code":"x","source":{"file":"T","line":1}}],"statement":${STATEMENT}`,
  ],
  [
    'statement',
    StatementAnswerSchema,
    `${SYSTEM},"actions":${STATEMENT},"invocations":${STATEMENT}`,
  ],
  ['value-request', ValueRequestSchema, `"certificate":"${'0a'.repeat(32)}"`],
  ['value-answer', ValueAnswerSchema, '"value":"AbC_-9","endsInMs":60000,"audience":"console"'],
  ['task-request', TaskRequestSchema, '"user":"ops","level":"user","tool":"T","target":"web-1"'],
  ['task-answer', TaskAnswerSchema, `${SYSTEM},"outcome":"deny","reasons":[{"code":"x"}]`],
  ['login-request', LoginRequestSchema, '"user":"ops","level":"operator","target":"web-1"'],
  [
    'login-answer',
    LoginAnswerSchema,
    `${SYSTEM},"outcome":"allow","reasons":[{"code":"x"}],"path":"/sign-in?ticket=${'a_-'.repeat(14)}b"`,
  ],
  ['error', ErrorAnswerSchema, '"error":{"code":"not-found","message":"x","field":"a.b"}'],
]

/** What agent and console say to each other, each message a format of its own. */
export const PROTOCOL: readonly FuzzFormat[] = MESSAGES.map(([name, schema, sound]) => ({
  name: `protocol-${name}`,
  takesBytes: false,
  words: [...MEMBERS, '{', '}', '[', ']', ':', ',', '"', 'null', '1e999', '\\u0000', '\\ud800'],
  compose: (random: Random) => {
    const others = several(random, 2, () => pick(random, MEMBERS))
    const members = random(3) === 0 ? others : [sound, ...(random(2) === 0 ? others : [])]
    return `{${members.join(',')}}`
  },
  examine: (input) => {
    const read = readMessage(schema, input as string)
    if ('error' in read) {
      const { code, message, field = '' } = read.error
      ensure(Object.hasOwn(ERRORS, code), `error code \`${code}\` is not in the table`)
      ensure(/^[^\p{Cc}\p{Cs}]*$/u.test(message + field), 'an error that cannot be printed')
      ensure(message.length <= 1024 && field.length <= 256, 'an error longer than its schema takes')
      return false
    }
    const again = readMessage(schema, JSON.stringify(read.message))
    ensureEqual(again, read, 'what is written reads as another message')
    return true
  },
}))
