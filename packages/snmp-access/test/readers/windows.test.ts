import { formatPattern } from '@gatehouse/address-set'
import { ParseError } from '@gatehouse/core'
import { expect, test } from 'vitest'
import { readWindowsSettings, type WindowsOptions } from '../../src/readers/windows.ts'
import type { Configuration } from '../../src/model.ts'

const SERVICE = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SNMP\\Parameters'
const POLICY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\SNMP\\Parameters'
const COMMUNITIES = `[${SERVICE}\\ValidCommunities]`
const MANAGERS = `[${SERVICE}\\PermittedManagers]`
const ONE_MANAGER = [MANAGERS, '"1"="10.0.0.5"']

function read(lines: readonly string[], options: Partial<WindowsOptions> = {}): Configuration {
  const text = ['Windows Registry Editor Version 5.00', '', ...lines].join('\r\n')
  return readWindowsSettings(text, { file: 'snmp.reg', ...options })
}

function faults(lines: readonly string[]): (string | number)[][] {
  try {
    read(lines)
    return []
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return error.diagnostics.map(({ code, source: { line } }) => [code, line])
  }
}

function granted({ communities, accesses }: Configuration): string[] {
  return communities.map(({ community, securityName, source }) => {
    const access = accesses.find(({ group }) => group === securityName)
    const rights = Object.keys(access?.views ?? {}).join('+')
    return `${new TextDecoder().decode(community)} ${formatPattern(source.pattern)} ${rights}`
  })
}

test('every permitted manager may use every community by its rights, and no other', () => {
  const configuration = read([
    COMMUNITIES,
    '"none"=dword:00000001',
    '"notify"=dword:00000002',
    '"public"=dword:00000004',
    '"pri\\"vate"=dword:00000008',
    '"create"=dword:00000010',
    ...ONE_MANAGER,
    '"2"="fd00::5"',
  ])
  expect(granted(configuration)).toEqual([
    'public 10.0.0.5 read',
    'public fd00::5 read',
    'pri"vate 10.0.0.5 read+write',
    'pri"vate fd00::5 read+write',
    'create 10.0.0.5 read+write',
    'create fd00::5 read+write',
  ])
})

test('the list of managers that a group policy sets takes the place of the own one', () => {
  const configuration = read([
    COMMUNITIES,
    '"public"=dword:00000004',
    ...ONE_MANAGER,
    `[${POLICY}\\PermittedManagers]`,
    '"1"="10.0.0.6"',
  ])
  expect(granted(configuration)).toEqual(['public 10.0.0.6 read'])
})

test('an empty list of managers is everybody only when that is said', () => {
  const lines = [COMMUNITIES, '"public"=dword:00000004', MANAGERS]
  expect(faults(lines)).toEqual([['managers-missing', 1]])
  expect(granted(read(lines, { onEmptyManagers: 'everybody' }))).toEqual([
    'public 0.0.0.0/0 read',
    'public ::/0 read',
  ])
})

test('a manager by name needs its addresses, all of which count', () => {
  const lines = [COMMUNITIES, '"public"=dword:00000004', MANAGERS, '"1"="console.example"']
  expect(faults(lines)).toEqual([['name-unresolved', 6]])
  const resolve = new Map([['console.example', ['10.0.0.7', 'fd00::7']]])
  expect(granted(read(lines, { resolve }))).toEqual(['public 10.0.0.7 read', 'public fd00::7 read'])
})

test('authentication traps are on unless the service says otherwise', () => {
  const own = `[${SERVICE}]`
  expect(read(ONE_MANAGER).authTrapEnabled).toBe(true)
  const off = [own, '"EnableAuthenticationTraps"=dword:00000000', ...ONE_MANAGER]
  expect(read(off).authTrapEnabled).toBe(false)
})

test.each([
  ['rights-unknown', '"public"=dword:00000003'],
  ['rights-unknown', '"public"="4"'],
  ['community-empty', '@=dword:00000004'],
  ['registry-line-malformed', 'public=4'],
  ['registry-line-malformed', '"public"=dword:4'],
])('%s is an error at its line', (code, line) => {
  expect(faults([...ONE_MANAGER, COMMUNITIES, line])).toEqual([[code, 6]])
})

test('a value of several lines is no community and no error outside the keys of the service', () => {
  const lines = ['[HKEY_LOCAL_MACHINE\\SOFTWARE]', '"x"=hex:01,02,\\', '  03,04', ...ONE_MANAGER]
  expect(read(lines).communities).toEqual([])
})
