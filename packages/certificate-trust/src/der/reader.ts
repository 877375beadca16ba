import { DerFault } from './fault.ts'

/** Identifier octets of the types that certificates are made of (X.690, 8.1.2). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

/** Identifier octet of `[number]` around or in place of a primitive type. */
export function primitive(number: number): number {
  return 0x80 | number
}

/** Identifier octet of `[number]` around or in place of a constructed type. */
export function constructed(number: number): number {
  return 0xa0 | number
}

/** Where one value stands, its header included. */
export interface DerElement {
  readonly bytes: Uint8Array
  readonly tag: number
  /** First byte of the header. */
  readonly start: number
  /** First byte of the contents. */
  readonly contents: number
  /** First byte behind the value. */
  readonly end: number
}

/**
 * Reads DER values one after another: definite lengths, as short as can be, inside of what is around
 * them (X.690, 8.1.3 and 10.1). Nesting costs no stack but that of its caller, who goes only as deep
 * as the structure that it expects.
 */
export class DerReader {
  readonly #bytes: Uint8Array
  readonly #end: number
  #offset: number

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes
    this.#offset = start
    this.#end = end
  }

  /** Reads the contents of a value that was read. */
  static inside({ bytes, contents, end }: DerElement): DerReader {
    return new DerReader(bytes, contents, end)
  }

  /** Byte that is read next. */
  get offset(): number {
    return this.#offset
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#end
  }

  /** Identifier octet of the next value; -1 at the end. */
  get nextTag(): number {
    return this.isAtEnd ? -1 : (this.#bytes[this.#offset] as number)
  }

  /** Reads the next value, whatever it is. */
  any(): DerElement {
    const start = this.#offset
    if (this.#end - start < 2) throw new DerFault('der-truncated', start)
    const tag = this.#bytes[start] as number
    if ((tag & 0x1f) === 0x1f) throw new DerFault('der-tag-unsupported', start)
    const contents = start + 2 + this.#lengthBytes(start + 1)
    const length = this.#length(start + 1)
    if (length > this.#end - contents) throw new DerFault('der-truncated', start)
    const end = contents + length
    this.#offset = end
    return { bytes: this.#bytes, tag, start, contents, end }
  }

  /** Reads the next value, which must have a tag. */
  element(tag: number): DerElement {
    if (this.nextTag !== tag) {
      throw new DerFault(this.isAtEnd ? 'der-truncated' : 'der-tag-unexpected', this.#offset)
    }
    return this.any()
  }

  /** Reads the next value if it has a tag. */
  optional(tag: number): DerElement | undefined {
    return this.nextTag === tag ? this.any() : undefined
  }

  /** Reads the next value, which must have a tag, and goes on inside of it. */
  inside(tag: number): DerReader {
    return DerReader.inside(this.element(tag))
  }

  /** Reads the next value if it has a tag, and goes on inside of it. */
  optionalInside(tag: number): DerReader | undefined {
    return this.nextTag === tag ? this.inside(tag) : undefined
  }

  /** Everything must have been read. */
  finish(): void {
    if (!this.isAtEnd) throw new DerFault('der-trailing-data', this.#offset)
  }

  /** How many bytes follow the first byte of a length. */
  #lengthBytes(at: number): number {
    const first = this.#bytes[at] as number
    if (first < 0x80) return 0
    if (first === 0x80) throw new DerFault('der-length-indefinite', at)
    return first & 0x7f
  }

  #length(at: number): number {
    const first = this.#bytes[at] as number
    if (first < 0x80) return first
    const count = first & 0x7f
    if (count > 4) throw new DerFault('der-truncated', at)
    if (this.#end - at - 1 < count) throw new DerFault('der-truncated', at)
    let length = 0
    for (let index = 1; index <= count; index += 1) {
      length = length * 256 + (this.#bytes[at + index] as number)
    }
    const isMinimal = length >= 0x80 && (this.#bytes[at + 1] as number) !== 0
    if (!isMinimal) throw new DerFault('der-length-not-minimal', at)
    return length
  }
}
