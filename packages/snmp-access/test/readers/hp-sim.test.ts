import { expect, test } from 'vitest'
import {
  listTries,
  MAX_TRIES,
  readHpSimSettings,
  type HpSimSettings,
} from '../../src/readers/hp-sim.ts'

const SETTINGS: HpSimSettings = {
  globalRead: ['most-used', 'other', 'own'],
  globalWrite: 'change',
  systems: new Map([
    ['stubborn', { read: 'own' }],
    ['patient', { read: 'own', write: 'mine', tryOthers: true }],
  ]),
}

function tries(system: string, operation: 'read' | 'write'): string[] {
  return listTries(SETTINGS, system, operation).map(({ community, from }) => `${from} ${community}`)
}

test('a system without strings of its own gets the global ones in their order', () => {
  expect(tries('plain', 'read')).toEqual(['global most-used', 'global other', 'global own'])
  expect(tries('plain', 'write')).toEqual(['global change'])
})

test('the own string of a system stands alone unless others may be tried', () => {
  expect(tries('stubborn', 'read')).toEqual(['system own'])
  expect(tries('patient', 'read')).toEqual(['system own', 'global most-used', 'global other'])
  expect(tries('patient', 'write')).toEqual(['system mine', 'global change'])
})

test('no more than ten strings are tried, and fewer where that is asked', () => {
  const many = { globalRead: Array.from({ length: 40 }, (_, index) => `c${index}`) }
  expect(listTries(many, 'any', 'read', 100)).toHaveLength(MAX_TRIES)
  expect(listTries(many, 'any', 'read', 2)).toHaveLength(2)
  expect(listTries(many, 'any', 'read', -1)).toHaveLength(0)
})

test('the write string of an agent also reads, from the addresses that are named', () => {
  const { accesses, communities } = readHpSimSettings(
    { globalRead: ['look'], globalWrite: 'change' },
    { file: 'sim', sources: ['10.0.0.5', 'fd00::5'] },
  )
  expect(accesses.map(({ views }) => Object.keys(views))).toEqual([['read', 'write'], ['read']])
  expect(communities.map(({ family, source }) => `${family} ${source.text}`)).toEqual([
    'ipv4 10.0.0.5',
    'ipv6 fd00::5',
    'ipv4 10.0.0.5',
    'ipv6 fd00::5',
  ])
})

test('an empty list of sources is nobody', () => {
  const { communities } = readHpSimSettings({ globalRead: ['look'] }, { file: 'sim', sources: [] })
  expect(communities).toEqual([])
})

function make(community: string, source: string): () => unknown {
  return () => readHpSimSettings({ globalRead: [community] }, { file: 'sim', sources: [source] })
}

test('an empty community and a source that is no address are refused', () => {
  expect(make('', '10.0.0.5')).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }))
  expect(make('look', '10.0.0.500')).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }))
})
