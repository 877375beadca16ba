import { describe, expect, it } from 'vitest'
import { parseConfig, startResident, type SnmpConfig } from '../src/index.ts'
import { createWorld } from './world.ts'

const SMALLEST = { policyFile: 'snmpd.conf' }
const SINK = { host: '10.0.0.7', user: 'ops' }
const CLEAR = { insecure: ['snmp-communities-in-clear'] }

function read(snmp: object, more: object = {}): SnmpConfig | undefined {
  const config = {
    name: 'web-1',
    securityMode: 'basic',
    authorizationFile: 'Authorization.cfg',
    trustedFile: 'Trusted.txt',
    dataDir: 'data',
    snmp,
    ...more,
  }
  return parseConfig(config, { file: '/etc/gatehouse/agent.json' }).snmp
}

describe('the config of snmp', () => {
  it('has version 3 alone, on loopback, and paths that start in its folder', () => {
    expect(read({ ...SMALLEST, usersFile: 'users.json' })).toEqual({
      listen: [{ address: '127.0.0.1', port: 161 }],
      versions: ['3'],
      policyFile: { path: '/etc/gatehouse/snmpd.conf', label: 'snmpd.conf' },
      usersFile: { path: '/etc/gatehouse/users.json', label: 'users.json' },
      daemonName: 'snmpd',
      contact: '',
      location: '',
      sinks: [],
    })
  })

  it('sends informs to port 162 unless it says otherwise', () => {
    const config = read({ ...SMALLEST, usersFile: 'users.json', sinks: [SINK] })
    expect(config?.sinks).toEqual([{ ...SINK, port: 162, kind: 'inform' }])
  })

  it('takes communities when that is named as insecure', () => {
    const versions = ['1', '2c', '3', '3']
    expect(read({ ...SMALLEST, versions }, CLEAR)?.versions).toEqual(['1', '2c', '3'])
  })

  it.each<[string, object, object?]>([
    ['policyFile', {}],
    ['snmp.versions', { ...SMALLEST, versions: ['2c', '3'] }],
    ['snmp.versions', { ...SMALLEST, versions: ['1'] }],
    ['versions', { ...SMALLEST, versions: [] }, CLEAR],
    ['versions', { ...SMALLEST, versions: ['2'] }, CLEAR],
    ['insecure', SMALLEST, { insecure: ['snmp'] }],
    ['listen', { ...SMALLEST, listen: [] }],
    ['listen.0.address', { ...SMALLEST, listen: [{ address: 'localhost' }] }],
    ['listen.0.port', { ...SMALLEST, listen: [{ port: 65_536 }] }],
    ['contact', { ...SMALLEST, contact: 'a\nb' }],
    ['location', { ...SMALLEST, location: 'a'.repeat(256) }],
    ['daemonName', { ...SMALLEST, daemonName: 'a b' }],
    ['snmp.usersFile', { ...SMALLEST, sinks: [SINK] }],
    ['sinks.0.user', { ...SMALLEST, usersFile: 'u', sinks: [{ host: 'a' }] }],
    ['sinks.0.host', { ...SMALLEST, usersFile: 'u', sinks: [{ ...SINK, host: 'a b' }] }],
    ['snmp.sinks', { ...SMALLEST, usersFile: 'u', versions: ['2c'], sinks: [SINK] }, CLEAR],
    ['community', { ...SMALLEST, community: 'public' }],
  ])('names the field at fault: %s', (field, snmp, more) => {
    expect(() => read(snmp, more)).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIG',
        message: expect.stringContaining(field),
        source: { file: '/etc/gatehouse/agent.json' },
      }),
    )
  })

  it('opens nothing in advanced security mode', async () => {
    const { config } = await createWorld({ config: { securityMode: 'advanced', snmp: SMALLEST } })
    const agent = await startResident(config)
    expect(agent.policies.map(({ file }) => file)).toEqual(['Authorization.cfg', 'Trusted.txt'])
    expect(agent).not.toHaveProperty('snmp')
    await agent.close()
  })
})
