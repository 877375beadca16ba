import fc from 'fast-check'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { BEGINNING, seal, type ChainState } from '../src/chain.ts'
import { LineBuffer } from '../src/durable/line-buffer.ts'
import { encodeEvent } from '../src/encode.ts'
import { verifyLog, type Verification } from '../src/index.ts'
import { temporaryFolder, writeLines } from './logs.ts'

const COUNT = 12

function chainOf(count: number, message = 'x'): string[] {
  let state: ChainState = BEGINNING
  return Array.from({ length: count }, (_, index) => {
    const fields = encodeEvent({ event: 'decision', message: `${message} ${index}` }) ?? ''
    const lines = new LineBuffer()
    state = seal(state, fields, index, lines)
    return lines.from(0).toString('latin1').slice(0, -1)
  })
}

const LINES = chainOf(COUNT)
const position = fc.nat(COUNT - 1)

function lineAt(index: number): string {
  return LINES[index] ?? ''
}

/** Spreads lines over two files, so that a change may be in either and a swap across both. */
async function verifySplit(lines: readonly string[], split: number): Promise<Verification> {
  const folder = temporaryFolder()
  const [first, second] = [join(folder, 'a'), join(folder, 'b')] as const
  writeLines(first, lines.slice(0, split))
  writeLines(second, lines.slice(split))
  const verification = await verifyLog([first, second], { from: 1 })
  if (verification.intact) return verification
  const { file, line = 0 } = verification.fault
  const absolute = file === first ? line : line + split
  return { ...verification, fault: { ...verification.fault, file: '', line: absolute } }
}

it('finds a sound log intact, however it is spread over files', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(COUNT), async (split) => {
      expect(await verifySplit(LINES, split)).toMatchObject({ intact: true, records: COUNT })
    }),
    { numRuns: 20 },
  )
})

it('names the record of which any byte was changed', async () => {
  await fc.assert(
    fc.asyncProperty(
      position,
      fc.nat(10_000),
      fc.integer({ min: 1, max: 255 }),
      async (at, where, bits) => {
        const folder = temporaryFolder()
        const bytes = Buffer.from(LINES.map((line) => `${line}\n`).join(''))
        const start = LINES.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0)
        const offset = start + (where % (lineAt(at).length + 1))
        bytes.writeUInt8(bytes.readUInt8(offset) ^ bits, offset)
        const file = join(folder, 'log')
        writeFileSync(file, bytes)
        expect(await verifyLog([file], { from: 1 })).toMatchObject({
          intact: false,
          fault: { line: at + 1 },
          records: at,
        })
      },
    ),
    { numRuns: 300 },
  )
})

it('names the first record that is missing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(COUNT - 2), fc.nat(COUNT), async (at, split) => {
      const fault = {
        code: at === 0 ? 'start-missing' : 'record-missing',
        line: at + 1,
        expected: at + 1,
      }
      const lines = LINES.toSpliced(at, 1)
      expect(await verifySplit(lines, split)).toMatchObject({ intact: false, fault, records: at })
    }),
    { numRuns: 60 },
  )
})

it('names the first of two records that changed places', async () => {
  await fc.assert(
    fc.asyncProperty(position, position, fc.nat(COUNT), async (one, other, split) => {
      fc.pre(one !== other)
      const [first, second] = [Math.min(one, other), Math.max(one, other)]
      const lines = LINES.with(first, lineAt(second)).with(second, lineAt(first))
      const fault = {
        code: 'record-misplaced',
        line: first + 1,
        expected: first + 1,
        found: second + 1,
      }
      expect(await verifySplit(lines, split)).toMatchObject({
        intact: false,
        fault,
        records: first,
      })
    }),
    { numRuns: 60 },
  )
})

it('names a record that stands there twice', async () => {
  await fc.assert(
    fc.asyncProperty(position, fc.nat(COUNT), async (at, split) => {
      const lines = LINES.toSpliced(at, 0, lineAt(at))
      const fault = { code: 'record-misplaced', line: at + 2, found: at + 1 }
      expect(await verifySplit(lines, split)).toMatchObject({ intact: false, fault })
    }),
    { numRuns: 40 },
  )
})

it('names the last record when any part of its end was cut off', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1000), async (where) => {
      const last = LINES.at(-1) as string
      const file = join(temporaryFolder(), 'log')
      const kept = last.slice(0, 1 + (where % last.length))
      writeFileSync(file, [...LINES.slice(0, -1), kept].join('\n'))
      const fault = { code: 'record-cut', line: COUNT }
      expect(await verifyLog([file])).toMatchObject({ intact: false, fault, records: COUNT - 1 })
    }),
    { numRuns: 40 },
  )
})

it('names the first record of another chain that was put in its place with hashes to fit', async () => {
  const other = chainOf(COUNT, 'forged')
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: COUNT - 1 }), fc.nat(COUNT), async (at, split) => {
      const lines = [...LINES.slice(0, at), ...other.slice(at)]
      const fault = { code: 'chain-broken', line: at + 1, expected: at + 1 }
      expect(await verifySplit(lines, split)).toMatchObject({ intact: false, fault, records: at })
    }),
    { numRuns: 40 },
  )
})
