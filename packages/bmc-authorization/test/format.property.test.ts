import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import { sketch, write } from './arbitraries.ts'
import { commentsOf, withoutLines } from './policies.ts'

const FILE = 'Authorization.cfg'

it('writes text that reads as an equal policy with the same comments', () => {
  fc.assert(
    fc.property(sketch, (file) => {
      const policy = bmc.parse(write(file), { file: FILE })
      const text = bmc.format(policy)
      const again = bmc.parse(text, { file: FILE })
      expect(withoutLines(again)).toEqual(withoutLines(policy))
      expect(commentsOf(text).toSorted()).toEqual(commentsOf(write(file)).toSorted())
      expect(bmc.format(again)).toBe(text)
    }),
  )
})

it('keeps a comment at any place where one may stand', () => {
  fc.assert(
    fc.property(sketch, fc.nat(), (file, at) => {
      const lines = write(file).split('\n')
      lines.splice(at % lines.length, 0, '  # a note  ')
      const text = bmc.format(bmc.parse(lines.join('\n'), { file: FILE }))
      expect(commentsOf(text).toSorted()).toEqual(commentsOf(lines.join('\n')).toSorted())
    }),
  )
})
