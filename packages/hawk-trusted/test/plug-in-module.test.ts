import { noPolicy } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import * as plugIn from '../src/plug-in/index.ts'
import { custom } from './plug-in-set-up.ts'

const HOST: plugIn.PolicyHost = {
  folder: '/etc/agent',
  accessControl: noPolicy('policy-missing', 'Trusted.txt'),
}
const ENTRY: plugIn.PolicyEntry = { module: './mine.js', options: { level: 3 } }

test('a module gets its options and its host, and makes the policy', async () => {
  const policy = custom()
  const seen: unknown[] = []
  const module: plugIn.AgentPolicyModule = {
    createAgentPolicy: async (options, host) => {
      seen.push(options, host)
      return policy
    },
  }
  const load: plugIn.PolicyLoader = async (name) => {
    seen.push(name)
    return module
  }
  expect(await plugIn.loadAgentPolicy(ENTRY, load, HOST)).toBe(policy)
  expect(seen).toEqual(['./mine.js', { level: 3 }, HOST])
})

test('a console loads its side in the same way', async () => {
  const policy = plugIn.trustedConsolePolicy({ user: 'ops' })
  const module: plugIn.ConsolePolicyModule = { createConsolePolicy: () => policy }
  expect(await plugIn.loadConsolePolicy(ENTRY, async () => module, HOST)).toBe(policy)
})

function fail(): never {
  throw new Error('broken')
}

describe('a module is refused', () => {
  const modules: Record<string, plugIn.PolicyLoader> = {
    'that cannot be imported': fail,
    'that is nothing': async () => null,
    'that exports no factory': async () => ({ createAgentPolicy: 'text' }),
    'whose factory throws': async () => ({ createAgentPolicy: fail, createConsolePolicy: fail }),
    'whose factory makes nothing': async () => ({
      createAgentPolicy: () => undefined,
      createConsolePolicy: () => undefined,
    }),
    'whose policy lacks a method': async () => ({
      createAgentPolicy: () => ({ ...custom(), validateId: undefined }),
      createConsolePolicy: () => ({ describe: fail, createId: fail }),
    }),
  }
  test.each(Object.entries(modules))('%s', async (_name, load) => {
    const refused = { code: 'ERR_CONFIG' }
    await expect(plugIn.loadAgentPolicy(ENTRY, load, HOST)).rejects.toMatchObject(refused)
    await expect(plugIn.loadConsolePolicy(ENTRY, load, HOST)).rejects.toMatchObject(refused)
  })
})
