import { ParseError } from '@gatehouse/core'
import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'

function codesOf(text: string | Uint8Array, options: object): string[] {
  try {
    hawk.parse(text, { file: 'T', ...options })
  } catch (error) {
    if (error instanceof ParseError) return error.diagnostics.map(({ code }) => code)
  }
  return []
}

test('a text over the size limit is refused unread', () => {
  expect(codesOf('ops\n'.repeat(4), { maxBytes: 15 })).toEqual(['text-too-large'])
  expect(codesOf('ops\n'.repeat(4), { maxBytes: 16 })).toEqual([])
})

test('UTF-8 names are read when the option says so', () => {
  const policy = hawk.parse(Buffer.from('jörg\n'), { file: 'T', encoding: 'utf-8' })
  expect(policy.entries[0]?.user).toBe('jörg')
})

test('bytes that are not UTF-8 are refused under that option', () => {
  expect(codesOf(Buffer.from([0x6f, 0xff, 0x0a]), { encoding: 'utf-8' })).toEqual(['not-utf-8'])
})

test('one line of a mebibyte is one error', () => {
  expect(codesOf('x'.repeat(1024 * 1024), {})).toEqual(['line-too-long'])
})

test('the log service line is read as data', () => {
  const { logService } = hawk.parse(
    '<LogService> -log_max_num 3 -log_max_size 5m -log_dir /var/log/hawk\n',
    {
      file: 'T',
    },
  )
  expect(logService).toEqual({
    kind: 'log-service',
    line: 1,
    directory: '/var/log/hawk',
    maxSize: { amount: 5, unit: 'MB' },
    maxFiles: 3,
  })
})

test('format aligns neighbours and keeps comments and blank lines', () => {
  const text =
    '# who\n\nops * * +\n"night shift"\tweb01:none:*\n!CORP\\ops +\n# end\n<LogService> -log_max_size 10M\n'
  expect(hawk.format(hawk.parse(text, { file: 'T' }))).toBe(
    [
      '# who',
      '',
      'ops            *             *  +',
      '"night shift"  web01:none:*',
      '!CORP\\ops      +',
      '# end',
      '<LogService> -log_max_size 10m',
      '',
    ].join('\n'),
  )
})

test('a node with a comma is refused, as it is in a request', () => {
  expect(codesOf('ops web01,web02\n', {})).toEqual(['node-malformed'])
})
