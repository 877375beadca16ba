import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './run-script.ts'

const document = readFileSync(join(root, 'docs/threat-model.md'), 'utf8')

/** Each guarantee with the tests that the document names for it: a file, or a file and a title in it. */
const guarantees = document
  .split(/^### (?=G\d+\. )/m)
  .slice(1)
  .map((section) => {
    const [title = '', ...lines] = section.split(/\n## /)[0]?.split('\n') ?? []
    const named = lines.join(' ').matchAll(/- `([^`]+)`(?::\s+_([^_]+)_)?/g)
    const tests = [...named].map(([, file = '', name]) => ({
      file,
      name: name?.replace(/\s+/g, ' '),
    }))
    return { title, tests }
  })

test.each(guarantees)('$title', ({ tests }) => {
  expect(tests.length).toBeGreaterThan(0)
  const gone = tests.filter(({ file, name }) => {
    const path = join(root, file)
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(name ?? '')
  })
  expect(gone).toEqual([])
})

test('the guarantees are numbered without a gap, and each abuse case names one that exists', () => {
  const numbers = guarantees.map(({ title }) => Number(/^G(\d+)/.exec(title)?.[1]))
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  const named = [...document.matchAll(/\bG(\d+)\b/g)].map(([, number]) => Number(number))
  expect(named.filter((number) => !numbers.includes(number))).toEqual([])
})
