import { SaxesParser } from 'saxes'
import { UNPRINTABLE } from './names.ts'
import { quoted, type TextPlaces } from './text-places.ts'

/** Deepest nesting of elements; the deepest of these files, tool definitions, needs six or so. */
export const MAX_XML_DEPTH = 16

/** Most elements of one file: as much as five lists of 100,000 authorizations. */
export const MAX_XML_ELEMENTS = 500_000

/** Most attributes of one element; none that is known has more than twelve. */
export const MAX_XML_ATTRIBUTES = 32

/** How much the parser is given at once: it reads the first of many pieces slowly, the others fast. */
const PIECE_CHARACTERS = 4096

/** One attribute. */
export interface XmlAttribute {
  readonly name: string
  readonly value: string
  /** Offset of the first character of its name. */
  readonly offset: number
  /** Offset of the first character of its value. */
  readonly valueOffset: number
}

/** One element with what is in it. */
export interface XmlElement {
  readonly name: string
  /** Offset of its `<`. */
  readonly offset: number
  /** Offset behind its end tag. */
  end: number
  attributes: readonly XmlAttribute[]
  children: readonly XmlElement[]
  /** Its own text, that of its children left out. */
  text: string
  /** Offset of the first of that text that is not blank; -1: there is none. */
  textOffset: number
  /** Of an entry: comments before it and between its children; those before the outermost stand with the first. */
  comments: readonly string[]
  /** Of the outermost: comments behind its last child. */
  trailingComments: readonly string[]
}

/** Thrown through the parser to end at the first error after which nothing can be trusted. */
class Stop extends Error {}

/** Takes a child of the outermost element, which is then let go. */
export type TakeEntry = (entry: XmlElement, root: XmlElement) => void

/**
 * Reads a text as one XML element, in time linear in the text and in the space of one entry.
 *
 * What could reach outside of the text or blow it up is refused: document types, entities beside the
 * five of XML, processing instructions, depth, number of elements and attributes. Such an error
 * stands alone, whatever was reported of the entries before it.
 *
 * @returns The outermost element without its children; `undefined` when the text is refused.
 */
export function readXml(places: TextPlaces, take: TakeEntry): XmlElement | undefined {
  if (!places.isSound) return undefined
  const reader = new XmlReader(places, take)
  try {
    return reader.read()
  } catch (error) {
    if (error instanceof Stop) return undefined
    throw error
  }
}

class XmlReader {
  readonly #places: TextPlaces
  readonly #take: TakeEntry
  readonly #parser: SaxesParser = new SaxesParser({
    position: false,
    defaultXMLVersion: '1.0',
    forceXMLVersion: true,
  })
  #root: XmlElement | undefined
  readonly #open: XmlElement[] = []
  #comments: readonly string[] = EMPTY
  #elements = 0
  /** Offset behind the last tag name or attribute. */
  #behind = 0
  /** Offset behind the last tag or piece of text. */
  #textStart = 0

  constructor(places: TextPlaces, take: TakeEntry) {
    this.#places = places
    this.#take = take
    const parser = this.#parser
    parser.on('error', (error) => this.#fail(error.message))
    parser.on('doctype', () => this.#stopAtLast('xml-doctype', '<!DOCTYPE'))
    parser.on('processinginstruction', () => this.#stopAtLast('xml-processing-instruction', '<?'))
    parser.on('xmldecl', (declaration) => this.#checkDeclaration(declaration))
    parser.on('opentagstart', (tag) => this.#start(tag.name))
    parser.on('attribute', (attribute) => this.#attribute(attribute.name, attribute.value))
    parser.on('opentag', () => {
      this.#textStart = parser.position
    })
    parser.on('closetag', () => this.#end())
    parser.on('text', (text) => this.#text(text))
    parser.on('cdata', (text) => this.#text(text))
    parser.on('comment', (text) => this.#comment(text))
  }

  read(): XmlElement | undefined {
    const { text } = this.#places
    for (let start = 0; start < text.length; start += PIECE_CHARACTERS) {
      this.#parser.write(text.slice(start, start + PIECE_CHARACTERS))
    }
    this.#parser.close()
    const root = this.#root
    if (root !== undefined) root.trailingComments = [...root.trailingComments, ...this.#comments]
    return root
  }

  #start(name: string): void {
    this.#behind = this.#parser.position - 1
    const offset = this.#behind - name.length - 1
    this.#elements += 1
    if (this.#open.length >= MAX_XML_DEPTH) this.#stop('xml-too-deep', offset, name.length + 1)
    if (this.#elements > MAX_XML_ELEMENTS) {
      this.#stop('xml-too-many-elements', offset, name.length + 1)
    }
    const element: XmlElement = {
      name,
      offset,
      end: offset,
      attributes: EMPTY,
      children: EMPTY,
      text: '',
      textOffset: -1,
      comments: EMPTY,
      trailingComments: EMPTY,
    }
    const depth = this.#open.length
    if (depth === 0) {
      this.#root = element
    } else {
      element.comments = this.#comments
      this.#comments = EMPTY
    }
    if (depth > 1) {
      const parent = this.#open[depth - 1] as XmlElement
      parent.children = appended(parent.children, element)
    }
    this.#open.push(element)
  }

  #attribute(name: string, value: string): void {
    const { text } = this.#places
    let offset = this.#behind
    while (text.charCodeAt(offset) <= BLANK) offset += 1
    this.#behind = this.#parser.position
    const element = this.#open.at(-1) as XmlElement
    const { attributes } = element
    for (const other of attributes) {
      if (other.name === name) {
        this.#stop('duplicate-attribute', offset, name.length, quoted(name))
      }
    }
    if (attributes.length >= MAX_XML_ATTRIBUTES) {
      this.#stop('xml-too-many-attributes', offset, name.length)
    }
    const quote = text.charAt(this.#behind - 1)
    const valueOffset = text.indexOf(quote, offset + name.length) + 1
    const hasReference = value.length !== this.#behind - 1 - valueOffset
    if (hasReference) this.#checkCharacters(value, valueOffset, UNPRINTABLE)
    element.attributes = appended(attributes, { name, value, offset, valueOffset })
  }

  #text(text: string): void {
    const element = this.#open.at(-1)
    if (element === undefined || text.trim() === '') return
    const before = this.#places.text.slice(this.#textStart)
    const offset = this.#textStart + before.length - before.trimStart().length
    this.#checkCharacters(text, offset, UNPRINTABLE_IN_TEXT)
    if (element.textOffset === -1) element.textOffset = offset
    element.text += text
  }

  #comment(text: string): void {
    const entry = this.#open[1]
    if (entry === undefined) this.#comments = appended(this.#comments, text)
    else if (this.#open.length === 2) entry.comments = appended(entry.comments, text)
    this.#textStart = this.#parser.position
  }

  #end(): void {
    const element = this.#open.pop() as XmlElement
    element.end = this.#parser.position
    this.#textStart = this.#parser.position
    if (this.#open.length === 1) this.#take(element, this.#open[0] as XmlElement)
    if (this.#open.length === 0) {
      element.trailingComments = this.#comments
      this.#comments = EMPTY
    }
  }

  #checkDeclaration({ version, encoding }: { version?: string; encoding?: string }): void {
    const isKnown = encoding === undefined || /^(?:utf-8|us-ascii)$/i.test(encoding)
    if (version !== '1.0' || !isKnown) this.#stop('xml-declaration', 0, 5)
  }

  /** What only a character reference can bring in: the text itself was checked when its lines were read. */
  #checkCharacters(value: string, offset: number, unwanted: RegExp): void {
    if (unwanted.test(value)) this.#stop('control-character', offset, 1)
    if (this.#places.isAscii && /[^\0-\x7f]/.test(value)) this.#stop('not-ascii', offset, 1)
  }

  #fail(message: string): void {
    const { text } = this.#places
    const at = Math.max(0, Math.min(this.#parser.position, text.length) - 1)
    if (message === 'undefined entity.') {
      this.#stop('xml-entity', text.lastIndexOf('&', at), 1)
    }
    this.#stop('xml-malformed', at, 1, message.replace(/\.$/, ''))
  }

  #stopAtLast(code: 'xml-doctype' | 'xml-processing-instruction', start: string): void {
    this.#stop(code, this.#places.text.lastIndexOf(start, this.#parser.position), start.length)
  }

  #stop(...[code, offset, width, detail]: Parameters<TextPlaces['reportAlone']>): never {
    this.#places.reportAlone(code, offset, width, detail)
    throw new Stop()
  }
}

const BLANK = 0x20

/** Stands for every list that nothing is in, for most are. */
const EMPTY: readonly never[] = Object.freeze([])

/** The list with one more, in place unless it is {@link EMPTY}. */
function appended<Value>(list: readonly Value[], value: Value): readonly Value[] {
  if (list.length === 0) return [value]
  ;(list as Value[]).push(value)
  return list
}

const UNPRINTABLE_IN_TEXT = /[^\t\n\P{Cc}]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd]/u
