import {
  packOperation,
  trustedConsolePolicy,
  trustedWithDomainConsolePolicy,
  type ConsolePolicy,
  type Operation,
} from '@gatehouse/hawk-trusted/plug-in'
import { OperationAnswerSchema, PATHS, type Answer } from '@gatehouse/protocol'
import { expect } from 'vitest'
import { type RunningAgent } from '../src/index.ts'
import { MICROAGENT, send, start, type Received } from './world.ts'

export const NODE = { name: 'web-1', dns: 'none', domain: 'default' }
export const OTHER = { name: 'db-1', dns: 'none', domain: 'default' }
export const UPTIME = {
  kind: 'node',
  node: NODE,
  microagent: MICROAGENT.self,
  method: 'getUptime',
} as const
export const WITH_DOMAIN = '<LogService>\nACME\\ops + * +\n'
export const SIDE_BY_SIDE = {
  policies: [{ class: 'trusted' }, { class: 'trusted-with-domain', file: 'TrustedWithDomain.txt' }],
}
export const ops = trustedConsolePolicy({ user: 'ops' })
export const acmeOps = trustedWithDomainConsolePolicy({ domain: 'ACME', user: 'ops' })

/** A module whose policy takes one JSON text: it says what to do. */
export const MODULE = `
const allow = (code) => ({ outcome: 'allow', reasons: [{ code }] })
const deny = (code) => ({ outcome: 'deny', reasons: [{ code }] })
export async function createAgentPolicy(options, host) {
  if (options?.broken) throw new Error('the options are broken')
  return {
    describe: () => ({
      className: options?.className ?? 'org.example.Words',
      text: 'does what it is told',
      provides: ['authorization'],
      reliesOn: [],
      openings: ['insecureWords'],
    }),
    unpack(packed) {
      const { word, operation } = JSON.parse(Buffer.from(packed).toString())
      return { id: Buffer.from(word), user: 'wordy', operation }
    },
    validateId(id) {
      const word = Buffer.from(id).toString()
      if (word === 'file') return host.accessControl.current ? allow('looked') : deny('looked')
      if (word === 'throw') throw new Error('the policy broke')
      return word === 'please' ? allow('asked-nicely') : deny('asked-badly')
    },
    shutdown() {
      globalThis.wordsClosed = (globalThis.wordsClosed ?? 0) + 1
    },
  }
}
`
export const WORDS = { policies: [{ module: './words.mjs' }] }

/** How often a policy of the module was told of the end. */
export function closed(): number {
  return (globalThis as { wordsClosed?: number }).wordsClosed ?? 0
}

export function words(operation: Operation, word: string) {
  const packed = new TextEncoder().encode(JSON.stringify({ word, operation }))
  return { policyClass: 'org.example.Words', packed }
}

export function sendPacket(
  { daemonAddress }: RunningAgent,
  { policyClass, packed }: { readonly policyClass: string; readonly packed: Uint8Array },
): Promise<Received> {
  const message = { policyClass, packed: Buffer.from(packed).toString('base64') }
  return send(daemonAddress.port, PATHS.operations, JSON.stringify(message))
}

export async function operate(agent: RunningAgent, policy: ConsolePolicy, operation: Operation) {
  const received = await sendPacket(agent, await packOperation(policy, operation))
  return { status: received.status, ...soleAnswer(received) }
}

export function soleAnswer({ body }: Received): Answer & { code: string } {
  const { answers } = OperationAnswerSchema.parse(body)
  expect(answers).toHaveLength(1)
  const [answer] = answers as [Answer]
  return { ...answer, code: answer.reasons[0]?.code ?? '' }
}

export function decisionsOf(log: readonly Record<string, unknown>[]) {
  return log.filter(({ event }) => event === 'decision')
}

export async function startSideBySide(withDomain = WITH_DOMAIN) {
  const files = { 'TrustedWithDomain.txt': withDomain }
  return start({ config: SIDE_BY_SIDE, files })
}
