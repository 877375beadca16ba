import { randomNumbers, type Random } from '../random.ts'
import { pick, several, type FuzzFormat, type Input } from './format.ts'

/** Longest run that a mutation repeats a piece to, in characters; now and then one is much longer. */
const RUN_CHARACTERS = 64
const LONG_RUN_CHARACTERS = 6_000

/** What text files should not hold, or hold only in some places. */
const ODD = [
  ['\0', '\u0001', '\u0007', '\u001b', '\u007f', '\u0085', '\t', '\v', '\f'],
  ['\r', '\r\n', '\n', '\n\n', '\n\r', '\u2028', '\u2029'],
  ['\ufeff', '\ud800', '\udc00', '\ud83d\ude00', '\ufffd', '\u202e', '\u200b', 'é', 'ı', 'K'],
  ['%', '%00', '%0A', '%zz', '\\', '\\\n', '\\\\', '"', "'", '`', '#', '!', '*', '+', '@', '@!@'],
  ['-', '/', ':', ';', ',', '.', '<', '>', '=', '&', '[', ']', '{', '}', '(', ')', '|', '?', '$'],
  [' ', '  ', '__proto__', 'constructor', 'toString', 'null', 'true', '-1', '1e9', '999999999999'],
  ['0', '00', '256', '4294967296', '9007199254740993', '0x1', '١'],
].flat()

/** Bytes that are no UTF-8, or no character. */
const ODD_BYTES = [
  [0x00],
  [0x80],
  [0xc0, 0xaf],
  [0xc3],
  [0xc3, 0x28],
  [0xe2, 0x80],
  [0xed, 0xa0, 0x80],
  [0xef, 0xbb, 0xbf],
  [0xf0, 0x9f, 0x98],
  [0xf5, 0x80, 0x80, 0x80],
  [0xff],
  [0xfe, 0xff],
] as const

/** Numbers for one input of one run. The number after it has nothing to do with it. */
export function numbersOf(seed: number, index: number): Random {
  return randomNumbers(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index, 0x85ebca6b) ^ (index >>> 3))
}

/** The input of a run: half made up by the grammar, the most of the rest damaged, some of it noise. */
export function makeInput(format: FuzzFormat, random: Random): Input {
  const kind = random(16)
  const text =
    kind < 7
      ? format.compose(random)
      : kind < 14
        ? mutate(format.compose(random), format, random)
        : noise(format, random)
  if (!format.takesBytes || random(4) > 0) return text
  return random(2) === 0 ? Buffer.from(text) : mutateBytes(Buffer.from(text), random)
}

function mutate(text: string, format: FuzzFormat, random: Random): string {
  let mutated = text
  for (let left = 1 + random(3); left > 0; left -= 1) mutated = mutateOnce(mutated, format, random)
  return mutated
}

function mutateOnce(text: string, format: FuzzFormat, random: Random): string {
  const start = random(text.length + 1)
  const end = start + random(Math.min(text.length - start, 24) + 1)
  const head = text.slice(0, start)
  const piece = text.slice(start, end)
  const tail = text.slice(end)
  switch (random(13)) {
    case 0:
      return head
    case 1:
      return head + tail
    case 2:
      return head + piece + piece + tail
    case 3:
      return head + pick(random, ODD) + tail
    case 4:
      return head + pick(random, ODD) + piece + tail
    case 5:
      return head + pick(random, format.words) + tail
    case 6:
      return head + pick(random, format.words) + piece + tail
    case 7:
      return head + repeated(piece, random) + tail
    case 8:
      return head + splice(format.compose(random), random) + tail
    case 9:
      return head + flipped(piece, random) + tail
    case 10:
      return head + (random(2) === 0 ? piece.toUpperCase() : piece.toLowerCase()) + tail
    case 11:
      return text.replaceAll('\n', pick(random, ['\r\n', '\r', '\n\n', '\n ', '\\\n', '\u2028']))
    default:
      return tail + head + piece
  }
}

function repeated(piece: string, random: Random): string {
  const characters = random(256) === 0 ? LONG_RUN_CHARACTERS : RUN_CHARACTERS
  return piece === '' ? '' : piece.repeat(1 + random(Math.ceil(characters / piece.length)))
}

function splice(text: string, random: Random): string {
  const start = random(text.length + 1)
  return text.slice(start, start + random(text.length - start + 1))
}

function flipped(piece: string, random: Random): string {
  if (piece === '') return piece
  const at = random(piece.length)
  const unit = piece.charCodeAt(at) ^ (1 << random(random(8) === 0 ? 16 : 7))
  return piece.slice(0, at) + String.fromCharCode(unit) + piece.slice(at + 1)
}

function noise({ words }: FuzzFormat, random: Random): string {
  const kind = random(4)
  const one = (): string => {
    if (kind === 0) return String.fromCharCode(random(0x10000))
    if (kind === 1) return String.fromCharCode(random(0x80))
    return pick(random, kind === 2 || random(3) === 0 ? ODD : words)
  }
  return several(random, 40, one).join('')
}

function mutateBytes(bytes: Buffer, random: Random): Uint8Array {
  if (random(3) === 0) {
    const flippedBytes = Buffer.from(bytes)
    for (let left = random(4); left > 0 && bytes.length > 0; left -= 1) {
      const at = random(bytes.length)
      flippedBytes[at] = (bytes[at] as number) ^ (1 << random(8))
    }
    return flippedBytes
  }
  const at = random(bytes.length + 1)
  const odd = Buffer.from(pick(random, ODD_BYTES))
  return Buffer.concat([bytes.subarray(0, at), odd, bytes.subarray(at + random(2))])
}
