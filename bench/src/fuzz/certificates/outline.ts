import { bitString, tlv } from '../../certificates/der.ts'
import { testKey } from './keys.ts'
import { nodesOf } from './naive.ts'

/** A value that is not closed yet. */
interface Open {
  readonly tag: number
  /** Length as it is to be written, where it is not the true one. */
  readonly length: Buffer | undefined
  /** Key that signs the first of the values inside; what is signed is followed by the signature. */
  readonly signer: string | undefined
  readonly parts: Buffer[]
}

const HEX = '(?:[0-9a-f]{2})*'
/** Texts are written between these, and cannot hold them. */
const TEXT = String.raw`'[^'\n]*'`
const TOKEN = new RegExp(
  [
    `(?<signer>~[a-z])\\{`,
    `(?<opened>[0-9a-f]{2})(?:#(?<length>${HEX}))?\\{`,
    `(?<tag>[0-9a-f]{2})(?:#(?<own>${HEX}))?(?::(?<hex>${HEX})|(?<text>${TEXT}))`,
    `!(?<raw>${HEX})`,
    `@(?<key>[a-z])`,
    `(?<close>\\})`,
  ].join('|'),
  'gy',
)

/**
 * Writes the DER that an outline stands for, whatever the outline: what means nothing is passed over.
 *
 * `30{…}` is a value of tag 30 around others, `02:01` one with these bytes, `0c'text'` one with this
 * text in UTF-8; `30#84ffffffff{…}` has a length that is not its own, `!05` is bytes without a header,
 * `@a` the public key `a`, and `~a{…}` a SEQUENCE whose first value is signed by `a`, the signature
 * last. Lengths and signatures are computed, so that a change of the text reaches what is behind them.
 */
export function derOf(outline: string): Buffer {
  const stack: Open[] = [{ tag: 0, length: undefined, signer: undefined, parts: [] }]
  const top = (): Open => stack.at(-1) as Open
  const close = (): void => {
    const written = write(stack.pop() as Open)
    top().parts.push(written)
  }
  TOKEN.lastIndex = 0
  for (let at = 0; at < outline.length;) {
    TOKEN.lastIndex = at
    const groups = TOKEN.exec(outline)?.groups
    at = groups === undefined ? at + 1 : TOKEN.lastIndex
    if (groups === undefined) continue
    const { signer, opened, length, tag, own, hex, text, raw, key } = groups
    if (signer !== undefined || opened !== undefined) {
      stack.push({
        tag: Number.parseInt(opened ?? '30', 16),
        length: length === undefined ? undefined : Buffer.from(length, 'hex'),
        signer: signer?.[1],
        parts: [],
      })
    } else if (tag !== undefined) {
      const content =
        text === undefined ? Buffer.from(hex ?? '', 'hex') : Buffer.from(text.slice(1, -1))
      top().parts.push(
        write({
          tag: Number.parseInt(tag, 16),
          length: own === undefined ? undefined : Buffer.from(own, 'hex'),
          signer: undefined,
          parts: [content],
        }),
      )
    } else if (raw !== undefined) {
      top().parts.push(Buffer.from(raw, 'hex'))
    } else if (key !== undefined) {
      top().parts.push(Buffer.from(testKey(key).info))
    } else if (stack.length > 1) {
      close()
    }
  }
  while (stack.length > 1) close()
  return Buffer.concat(top().parts)
}

function write({ tag, length, signer, parts }: Open): Buffer {
  const [first] = parts
  const signature =
    signer === undefined || first === undefined ? [] : [bitString(testKey(signer).sign(first))]
  const contents = [...parts, ...signature]
  return length === undefined
    ? tlv(tag, ...contents)
    : Buffer.concat([Buffer.of(tag), length, ...contents])
}

/** The outline that stands for some DER, down to its last value; only for DER that is well-formed. */
export function outlineOf(der: Buffer): string {
  return nodesOf(der)
    .map(({ tag, content }) => {
      const name = tag.toString(16).padStart(2, '0')
      const isAround = (tag & 0x20) !== 0 || (tag === 0x04 && isOneValue(content))
      return isAround ? `${name}{${outlineOf(content)}}` : `${name}:${content.toString('hex')}`
    })
    .join(' ')
}

/** Whether the contents of an OCTET STRING are a value of a type that extensions have. */
function isOneValue(content: Buffer): boolean {
  const [first] = nodesOf(content)
  return [0x03, 0x04, 0x30].includes(first?.tag ?? 0) && first?.whole.length === content.length
}
