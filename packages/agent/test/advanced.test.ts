import { expect, it, vi } from 'vitest'
import { createWorld, MICROAGENT } from './world.ts'

vi.mock('../src/listeners/http.ts', () => {
  throw new Error('the code that listens was loaded')
})
vi.mock('../src/listeners/peer-name.ts', () => {
  throw new Error('the code that asks DNS was loaded')
})

const { openLocal, startAgent, startResident } = await import('../src/index.ts')

const NAMES = `BEGIN_AUTHORIZATION
 PERMISSION = VIEW
 BEGIN_COMPUTER
  NAME = localhost
  PERMISSION = MANAGE
 END_COMPUTER
END_AUTHORIZATION
`

it('does not load the code that listens or asks DNS in advanced security mode', async () => {
  const { config } = await createWorld({
    authorization: NAMES,
    config: { securityMode: 'advanced' },
  })
  const lines: string[] = []
  const options = { logStream: { write: (line: string) => void lines.push(line) } }
  const resident = await startResident(config, options)
  const local = await openLocal(config, options)
  const denied = await local.act({ action: 'collect.start' })
  expect([denied.status, denied.body]).toMatchObject([
    403,
    { reasons: [{ code: 'level-too-low' }] },
  ])
  const request = { microagent: MICROAGENT.self, method: 'getUptime', scope: 'group' } as const
  expect((await local.invoke(request)).status).toBe(403)
  await resident.close()
  expect(lines.some((line) => line.includes('"verifiedName":null'))).toBe(true)
})

it('does load it in basic security mode', async () => {
  const { config } = await createWorld()
  await expect(startAgent(config)).rejects.toMatchObject({
    cause: { message: expect.stringContaining('was loaded') },
  })
})

it('has no agent to start or stop in a local command', async () => {
  const authorization = NAMES.replace('VIEW', 'MANAGE')
  const { config } = await createWorld({ authorization, config: { securityMode: 'advanced' } })
  const local = await openLocal(config)
  for (const action of ['agent.start', 'agent.stop']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { status, body } = await local.act({ action })
    expect([status, body]).toMatchObject([
      501,
      { outcome: 'allow', error: { code: 'not-supported' } },
    ])
  }
})
