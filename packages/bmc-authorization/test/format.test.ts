import { describe, expect, it } from 'vitest'
import { format, parse } from '../src/index.ts'
import { withoutLines } from './policies.ts'
import { readGiven } from './vectors.ts'

const FILE = 'Authorization.cfg'

describe('format', () => {
  it('writes every given file as it is', () => {
    for (const { file } of readGiven()) expect(format(parse(file, { file: FILE }))).toBe(file)
  })

  it('puts NAME first and indents by depth, and each comment stays with its statement', () => {
    const given = [
      '# head',
      '',
      'BEGIN_AUTHORIZATION',
      '# of the computer',
      'BEGIN_COMPUTER',
      '# of the level',
      'PERMISSION = VIEW',
      '# of the user',
      'BEGIN_USER',
      '# of the end',
      'NAME  =  ann',
      'END_USER',
      '# of the name',
      'NAME = gw1',
      '# last in the computer',
      'END_COMPUTER',
      '# of the global level',
      'PERMISSION = NONE',
      '# last',
      'END_AUTHORIZATION',
      '# tail',
    ]
    const expected = [
      '# head',
      'BEGIN_AUTHORIZATION',
      ' # of the global level',
      ' PERMISSION = NONE',
      ' # of the computer',
      ' BEGIN_COMPUTER',
      '  # of the name',
      '  NAME = gw1',
      '  # of the level',
      '  PERMISSION = VIEW',
      '  # of the user',
      '  BEGIN_USER',
      '   # of the end',
      '   NAME = ann',
      '  END_USER',
      '  # last in the computer',
      ' END_COMPUTER',
      ' # last',
      'END_AUTHORIZATION',
      '# tail',
      '',
    ]
    expect(format(parse(given.join('\n'), { file: FILE }))).toBe(expected.join('\n'))
  })

  it('keeps the longest line readable', () => {
    const name = 'x'.repeat(4096 - 'NAME = '.length)
    const note = `#${'-'.repeat(4095)}`
    const lines = ['BEGIN_COMPUTER', 'NAME = *', 'BEGIN_USER', note, `NAME = ${name}`, 'END_USER']
    const text = ['BEGIN_AUTHORIZATION', ...lines, 'END_COMPUTER', 'END_AUTHORIZATION'].join('\n')
    const policy = parse(text, { file: FILE })
    const again = parse(format(policy), { file: FILE })
    expect(withoutLines(again)).toEqual(withoutLines(policy))
  })
})
