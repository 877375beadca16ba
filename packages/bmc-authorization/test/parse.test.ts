import { ParseError } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import { parse } from '../src/index.ts'
import { policyOf } from './policies.ts'

const named = (name: string): string[] => ['BEGIN_COMPUTER', `NAME = ${name}`, 'END_COMPUTER']

const user = ['BEGIN_USER', 'NAME = ann', 'END_USER']

function errorOf(...lines: string[]): ParseError {
  try {
    policyOf(...lines)
  } catch (error) {
    if (error instanceof ParseError) return error
  }
  throw new Error('the text was read')
}

describe('parse', () => {
  it('gives a policy that is frozen all the way down', () => {
    const policy = policyOf('# note', ...named('gw1'), 'PERMISSION = VIEW')
    const parts = [policy, policy.computers, policy.comments, policy.trailingComments]
    const inner = policy.computers.flatMap((one) => [one, one.users, one.comments.begin])
    expect(inner.length).toBe(3)
    expect([...parts, ...inner].every((part) => Object.isFrozen(part))).toBe(true)
    expect(() => Object.assign(policy.permission as object, { level: 'MANAGE' })).toThrow(TypeError)
  })

  it('shows its index nowhere', () => {
    const policy = policyOf(...named('gw1'))
    const lines = ['beginLine', 'endLine']
    const content = ['permission', 'computers', 'usesNames', 'comments', 'trailingComments']
    const keys = ['file', ...lines, ...content]
    expect(Reflect.ownKeys(policy)).toEqual(keys)
  })

  it('knows the lines that open and close each block', () => {
    const policy = policyOf(
      '',
      ...named('gw1'),
      'BEGIN_COMPUTER',
      ...user,
      'NAME = *',
      'END_COMPUTER',
    )
    const lines = [policy, ...policy.computers, ...policy.computers.flatMap(({ users }) => users)]
    expect(lines.map(({ beginLine, endLine }) => [beginLine, endLine])).toEqual([
      [1, 12],
      [3, 5],
      [6, 11],
      [7, 9],
    ])
  })

  it('knows whether a reverse lookup can change an answer', () => {
    expect(policyOf(...named('*'), ...named('10.*'), ...named('::1')).usesNames).toBe(false)
    expect(policyOf(...named('*'), ...named('gw1')).usesNames).toBe(true)
  })

  it('marks the whole token at fault', () => {
    const widths = errorOf('PERMISSION = ALL', 'LEVEL = VIEW', ...named('10.0.0.0/8')).diagnostics
    expect(widths.map(({ source: { column }, width }) => [column, width])).toEqual([
      [14, 3],
      [1, 5],
      [8, 10],
    ])
  })

  it('names the line of the first of two equal entries', () => {
    expect(errorOf(...named('gw1'), ...named('GW1')).message).toContain('line 3')
  })

  it('counts errors beyond those that it keeps', () => {
    const error = errorOf(...Array<string>(5000).fill('LEVEL = VIEW'))
    expect(error.total).toBe(5000)
    expect(error.diagnostics.length).toBe(1000)
  })

  it('keeps no long input in a message', () => {
    const long = 'x'.repeat(1024 * 1024)
    const lines = [
      long,
      `PERMISSION = ${long}`,
      'BEGIN_COMPUTER',
      `NAME = ${long}.`,
      'END_COMPUTER',
    ]
    const messages = errorOf(...lines).diagnostics.map(({ message }) => message.length)
    expect(Math.max(...messages)).toBeLessThan(400)
  })

  it('escapes what it repeats of the text', () => {
    const { message } = errorOf('PERMISSION = \u001b[31m')
    expect(message).not.toContain('\u001b')
  })

  it('uses the label that it is given', () => {
    expect(() => parse('', { file: 'other.cfg' })).toThrow(
      expect.objectContaining({ source: { file: 'other.cfg', line: 1, column: 1 } }),
    )
  })
})
