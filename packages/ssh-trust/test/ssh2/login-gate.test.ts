import { sign } from 'node:crypto'
import { allow, type Decision } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'

import type { LoginEffects } from '../../src/authorized-keys/request.ts'
import { BlobWriter } from '../../src/key/blob-writer.ts'
import { authorize, parseAuthorizedKeys, type LoginDecision } from '../../src/index.ts'
import { unenforceable, type LoginAsked } from '../../src/ssh2/index.ts'
import { LoginGate } from '../../src/ssh2/login-gate.ts'
import type { Offer } from '../../src/ssh2/offered-key.ts'
import { keyOf } from './places.ts'

const SK = 'sk-ssh-ed25519@openssh.com'
const SIGNED = Buffer.from('what is signed')
const TOUCHED = 1
const VERIFIED = 4

async function hash(data: string | Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', Buffer.from(data)))
}

/** A security key made of a plain one, and its signature as ssh2 hands it on. */
async function securityKey(
  flags: number,
): Promise<{ readonly offer: Offer; readonly line: string }> {
  const { privateKey, publicKey } = await keyOf('ssh-ed25519', 'device')
  const x = publicKey.blob.subarray(-32)
  const blob = new BlobWriter().string(SK).string(x).string('ssh:').finish()
  const device = Buffer.from([flags, 0, 0, 0, 7])
  const data = Buffer.concat([await hash('ssh:'), device, await hash(SIGNED)])
  const signature = Buffer.concat([sign(null, data, privateKey), device])
  return {
    offer: { key: { algo: SK, data: blob }, signature, blob: SIGNED },
    line: `${SK} ${Buffer.from(blob).toString('base64')}\n`,
  }
}

interface Asked {
  readonly kind: string
  readonly told: readonly string[]
}

async function attempt(
  offer: Offer,
  decide: (asked: LoginAsked) => LoginDecision | Decision,
): Promise<Asked> {
  const told: string[] = []
  const gate = new LoginGate(
    {
      hostKeys: [],
      authorize: (asked) => Promise.resolve(decide(asked)),
      onLogin: (_asked, decision) => {
        told.push(decision.reasons[0].code)
      },
      session: () => Promise.reject(new Error()),
    },
    '192.0.2.7',
  )
  const { kind } = await gate.attempt('ann', offer)
  return { kind, told }
}

function by(text: string): (asked: LoginAsked) => LoginDecision {
  const keys = parseAuthorizedKeys(text, { file: 'authorized_keys' })
  return (asked) => authorize({ ...asked, now: new Date() }, keys)
}

const anybody = (): Decision => allow({ code: 'anybody' })

describe('a security key', () => {
  test.each([
    ['touched', TOUCHED, '', 'login', 'key-listed'],
    ['not touched', 0, '', 'refused', 'touch-missing'],
    ['not touched, where it need not', 0, 'no-touch-required ', 'login', 'key-listed'],
    [
      'touched, where it has to verify',
      TOUCHED,
      'verify-required ',
      'refused',
      'verification-missing',
    ],
    ['verified', TOUCHED | VERIFIED, 'verify-required ', 'login', 'key-listed'],
  ])('that was %s', async (_what, flags, option, kind, code) => {
    const { offer, line } = await securityKey(flags)
    expect(await attempt(offer, by(option + line))).toEqual({ kind, told: [code] })
  })

  test('that says it was touched after it has signed is refused', async () => {
    const { offer, line } = await securityKey(0)
    const signature = Buffer.from(offer.signature ?? [])
    signature[64] = TOUCHED
    expect(await attempt({ ...offer, signature }, by(line))).toEqual({
      kind: 'refused',
      told: ['signature-invalid'],
    })
  })

  test('that was not touched is refused where the decision has no effects', async () => {
    const { offer } = await securityKey(0)
    expect((await attempt(offer, anybody)).told).toEqual(['touch-missing'])
  })
})

describe('an offer', () => {
  test('without a signature is a probe, which is no login', async () => {
    const { publicKey } = await keyOf('ssh-ed25519', 'user')
    const offer = { key: { algo: 'ssh-ed25519', data: publicKey.blob } }
    expect(await attempt(offer, anybody)).toEqual({ kind: 'signature-wanted', told: [] })
  })

  test('whose refused probe comes again is told of once', async () => {
    const { publicKey } = await keyOf('ssh-ed25519', 'user')
    const offer = { key: { algo: 'ssh-ed25519', data: publicKey.blob } }
    const told: string[] = []
    const gate = new LoginGate(
      {
        hostKeys: [],
        authorize: () => Promise.reject(new Error()),
        onLogin: (_asked, decision) => {
          told.push(decision.reasons[0].code)
        },
        session: () => Promise.reject(new Error()),
      },
      '192.0.2.7',
    )
    expect((await gate.attempt('ann', offer)).kind).toBe('refused')
    expect((await gate.attempt('ann', offer)).kind).toBe('refused')
    expect(told).toEqual(['authorize-failed'])
  })

  test('of RSA with SHA-1 is refused, a good signature or not', async () => {
    const { privateKey, publicKey } = await keyOf('ssh-rsa', 'host')
    const signature = sign('sha1', SIGNED, privateKey)
    const key = { algo: 'ssh-rsa', data: publicKey.blob }
    const sha1 = { key, signature, blob: SIGNED }
    expect(await attempt(sha1, anybody)).toEqual({ kind: 'refused', told: ['algorithm-refused'] })
    const disguised = { ...sha1, hashAlgo: 'sha256' }
    expect((await attempt(disguised, anybody)).told).toEqual(['signature-invalid'])
    const sha2 = { ...disguised, signature: sign('sha256', SIGNED, privateKey) }
    expect((await attempt(sha2, anybody)).kind).toBe('login')
  })

  test.each<[string, (blob: Uint8Array) => Offer['key']]>([
    [
      'with bytes behind the key',
      (blob) => ({ algo: 'ssh-ed25519', data: Buffer.concat([blob, Buffer.of(0)]) }),
    ],
    ['under another type', (blob) => ({ algo: 'ecdsa-sha2-nistp256', data: blob })],
    ['as a certificate', (blob) => ({ algo: 'ssh-ed25519-cert-v01@openssh.com', data: blob })],
    ['of nothing', () => ({ algo: 'ssh-ed25519', data: new Uint8Array() })],
  ])('%s is refused, and nobody is asked', async (_what, keyFrom) => {
    const { publicKey } = await keyOf('ssh-ed25519', 'user')
    const asked: LoginAsked[] = []
    const answer = await attempt({ key: keyFrom(publicKey.blob) }, (login) => {
      asked.push(login)
      return anybody()
    })
    expect(answer).toEqual({ kind: 'refused', told: [] })
    expect(asked).toEqual([])
  })
})

test('what a server cannot enforce is named as it stands in a line', () => {
  const effects: LoginEffects = {
    portForwarding: true,
    agentForwarding: true,
    x11Forwarding: true,
    pty: true,
    userRc: true,
    forcedCommand: 'x',
    environment: [{ name: 'A', value: 'b' }],
    permitOpen: ['h:1'],
    permitListen: ['*:1'],
    tunnel: 1,
    touchRequired: true,
    verifyRequired: true,
    expires: null,
  }
  expect(unenforceable(effects, ['touch'])).toEqual([
    'command',
    'environment',
    'tunnel',
    'verify-required',
  ])
  const all = ['forced-command', 'environment', 'tunnel', 'touch', 'verify'] as const
  expect(unenforceable(effects, all)).toEqual([])
})
