import {
  authorize,
  formatKeyLine,
  fromKeyObject,
  isKeyFault,
  parseAuthorizedKeys,
  parseKeyBlob,
  type KeyFault,
  type PublicKey,
} from '@gatehouse/ssh-trust'
import type { LoggedIn } from '@gatehouse/ssh-trust/ssh2'
import { expect, it } from 'vitest'
import type { SshParts } from '../src/ssh/parts.ts'
import { createTasks } from '../src/ssh/tasks.ts'
import { newKey } from './ssh-world.ts'

function keyOf(key: PublicKey | KeyFault): PublicKey {
  if (isKeyFault(key)) throw new TypeError(key.fault)
  return key
}

const PLAIN = keyOf(fromKeyObject(newKey()))

function string(bytes: Uint8Array | string): Buffer {
  const body = Buffer.from(bytes as Uint8Array)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  return Buffer.concat([length, body])
}

const SECURITY_KEY = keyOf(
  parseKeyBlob(
    Buffer.concat([
      string('sk-ssh-ed25519@openssh.com'),
      string(PLAIN.blob.subarray(-32)),
      string('ssh:'),
    ]),
  ),
)

const NOW = new Date('2026-01-01T00:00:00Z')

/** What becomes of a command when the line of the key was edited after the login. */
async function afterEdit(
  key: PublicKey,
  [before, after]: readonly [string, string],
): Promise<{ readonly codes: readonly string[]; readonly ran: readonly string[] }> {
  const codes: string[] = []
  const ran: string[] = []
  const keysOf = (options: string): ReturnType<typeof parseAuthorizedKeys> =>
    parseAuthorizedKeys(`${options} ${formatKeyLine(key)}\n`, { file: 'ops.keys' })
  const asked = { user: 'ops', address: '192.0.2.1', key, signatureAlgorithm: key.type }
  const login = authorize({ ...asked, now: NOW }, keysOf(before))
  if (login.outcome === 'deny') throw new TypeError('the login is refused')
  const parts = {
    accounts: {
      find: () => Promise.resolve({ level: 'user', keys: keysOf(after), hash: undefined }),
    },
    tools: {
      get: (name: string) => ({ name, level: 'user' }),
      run: (name: string) => {
        ran.push(name)
        return Promise.resolve({ exitCode: 0, output: Buffer.alloc(0), truncated: false })
      },
    },
    journal: {
      record: ({ decision }: { decision: { reasons: readonly { code: string }[] } }) => {
        codes.push(...decision.reasons.map(({ code }) => code))
        return Promise.resolve()
      },
    },
    answers: 'full',
    log: {},
    now: () => NOW,
  } as unknown as SshParts
  const logged: LoggedIn = { ...asked, effects: login.effects }
  const request = {
    command: 'hello',
    environment: {},
    signal: new AbortController().signal,
    write: () => Promise.resolve(),
  }
  await createTasks(parts)(logged, request)
  return { codes, ran }
}

it.each([
  ['environment', PLAIN, ['', 'environment="A=1"']],
  ['tunnel', PLAIN, ['', 'tunnel="0"']],
  ['verify-required', SECURITY_KEY, ['', 'verify-required']],
  ['touch', SECURITY_KEY, ['no-touch-required', 'restrict']],
] as const)('a line that got %s after the login runs nothing', async (_, key, options) => {
  const { codes, ran } = await afterEdit(key, options)
  expect(codes).toEqual(['effect-not-enforceable'])
  expect(ran).toEqual([])
})

it.each([
  ['a security key that was touched', SECURITY_KEY, ['', 'restrict'], 'hello'],
  ['a plain key', PLAIN, ['', 'verify-required'], 'hello'],
  ['a forced command', PLAIN, ['', 'command="other"'], 'other'],
] as const)('a line that demands what was shown runs on: %s', async (_, key, options, tool) => {
  const { ran } = await afterEdit(key, options)
  expect(ran).toEqual([tool])
})
