import type { LineSource } from '@gatehouse/core'
import type { Note } from './model.ts'
import { quoted, type TextPlaces } from './text-places.ts'
import type { WrittenFile } from './written.ts'
import { readXml, type XmlAttribute, type XmlElement } from './xml-reader.ts'

/** Longest value of an attribute, and longest line of text: with every `&` escaped it fits on a line. */
const MAX_VALUE_CHARACTERS = 800

/** What an element may hold. */
export interface Shape {
  /** Attributes, in any order. */
  readonly attributes?: readonly string[]
  /** Those of them that must be there. */
  readonly required?: readonly string[]
  /** Elements in it, in this order. */
  readonly children?: readonly string[]
  /** Those of them that may be repeated. */
  readonly repeated?: readonly string[]
  /** Whether all of them may be repeated, in any order. Default: neither. */
  readonly anyOrder?: boolean
  /** Attributes that may be longer than {@link MAX_VALUE_CHARACTERS}. */
  readonly long?: readonly string[]
  /** Whether it holds text. Default: it does not. */
  readonly text?: boolean
}

/** An element whose content was compared with its shape, every difference reported. */
export class ShapedElement {
  readonly element: XmlElement
  readonly #places: TextPlaces

  constructor(element: XmlElement, shape: Shape, places: TextPlaces) {
    this.element = element
    this.#places = places
    this.#checkAttributes(shape)
    this.#checkChildren(shape)
    if (shape.text !== true && element.textOffset !== -1) {
      places.report('unexpected-text', element.textOffset, 1)
    } else if (isTooLong(element.text)) {
      places.report('value-too-long', element.textOffset, 1, `${MAX_VALUE_CHARACTERS} characters`)
    }
  }

  /** Line that it begins on. */
  get source(): LineSource {
    return this.#places.sourceOf(this.element.offset)
  }

  /** The attribute of a name. */
  find(name: string): XmlAttribute | undefined {
    return this.element.attributes.find((attribute) => attribute.name === name)
  }

  /** Its value, `null` without. */
  value(name: string): string | null {
    return this.find(name)?.value ?? null
  }

  /** Value of an attribute that must be one of some words; any other is reported. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | null {
    const attribute = this.find(name)
    return attribute === undefined
      ? null
      : this.#word(attribute.value, words, attribute.valueOffset)
  }

  /** Value of an attribute that is `true` or `false`. */
  flag(name: string, standard: boolean): boolean {
    return (this.word(name, FLAGS) ?? String(standard)) === 'true'
  }

  /** Value of an attribute that is a whole number from 1. */
  count(name: string): number | null {
    const attribute = this.find(name)
    if (attribute === undefined) return null
    if (/^[1-9]\d{0,8}$/.test(attribute.value)) return Number(attribute.value)
    this.#places.report(
      'value-malformed',
      attribute.valueOffset,
      attribute.value.length,
      'a number',
    )
    return null
  }

  /** The elements of a name in it. */
  children(name: string): readonly XmlElement[] {
    return this.element.children.filter((child) => child.name === name)
  }

  /** The trimmed text of the element of a name in it; `null` without. */
  childText(name: string): string | null {
    const [child] = this.children(name)
    if (child === undefined) return null
    const shaped = new ShapedElement(child, { text: true }, this.#places)
    return shaped.element.text.trim()
  }

  /** The text of a child that is `true` or `false`. */
  childFlag(name: string, standard: boolean): boolean {
    const text = this.childText(name)
    if (text === null) return standard
    const offset = this.children(name)[0]?.offset ?? 0
    return this.#word(text, FLAGS, offset) === 'true'
  }

  /** The `attribute` elements in it. */
  notes(): readonly Note[] {
    return this.children('attribute').map((child) => {
      const shaped = new ShapedElement(child, NOTE, this.#places)
      return Object.freeze({ name: shaped.value('name') ?? '', value: child.text.trim() })
    })
  }

  #word<Word extends string>(text: string, words: readonly Word[], offset: number): Word | null {
    const word = words.find((one) => one === text)
    if (word !== undefined) return word
    this.#places.report('value-malformed', offset, text.length, `one of ${words.join(', ')}`)
    return null
  }

  #checkAttributes({ attributes = [], required = [], long = [] }: Shape): void {
    for (const { name, value, offset, valueOffset } of this.element.attributes) {
      if (!attributes.includes(name)) {
        this.#places.report('unknown-attribute', offset, name.length, quoted(name))
      } else if (value.length > MAX_VALUE_CHARACTERS && !long.includes(name)) {
        const detail = `${MAX_VALUE_CHARACTERS} characters`
        this.#places.report('value-too-long', valueOffset, value.length, detail)
      }
    }
    for (const name of required) {
      if (this.find(name) !== undefined) continue
      const { offset, name: tag } = this.element
      this.#places.report('attribute-missing', offset, tag.length + 1, quoted(name))
    }
  }

  #checkChildren({ children = [], repeated = [], anyOrder = false }: Shape): void {
    let last = -1
    for (const { name, offset } of this.element.children) {
      const index = children.indexOf(name)
      const width = name.length + 1
      if (index === -1) {
        this.#places.report('unknown-element', offset, width, quoted(name))
      } else if (anyOrder) {
        continue
      } else if (index < last) {
        this.#places.report('element-order', offset, width, `order ${children.join(', ')}`)
      } else if (index === last && !repeated.includes(name)) {
        this.#places.report('element-repeated', offset, width, quoted(name))
      } else {
        last = index
      }
    }
  }
}

function isTooLong(text: string): boolean {
  if (text.length <= MAX_VALUE_CHARACTERS) return false
  return text.split('\n').some((line) => line.length > MAX_VALUE_CHARACTERS)
}

const FLAGS = ['true', 'false'] as const

const NOTE: Shape = { attributes: ['name'], required: ['name'], text: true }

/**
 * Reads the entries of a file: the children of its outermost element.
 *
 * @param root - Name that the outermost element must have.
 * @param names - Names that its children may have.
 */
export function readEntries<Written>(
  places: TextPlaces,
  root: string,
  names: readonly string[],
  read: (child: XmlElement) => Written,
): WrittenFile<Written> {
  const entries: Written[] = []
  const offsets: number[] = []
  const element = readXml(places, (child, parent) => {
    if (parent.name !== root) return
    if (!names.includes(child.name)) {
      places.report('unknown-element', child.offset, child.name.length + 1, quoted(child.name))
      return
    }
    entries.push(read(child))
    offsets.push(child.offset)
  })
  if (element === undefined) return { entries: [], offsets: [], trailingComments: [] }
  if (element.name !== root) {
    const width = element.name.length + 1
    places.report('unexpected-root', element.offset, width, `expected ${quoted(root)}`)
    return { entries: [], offsets: [], trailingComments: [] }
  }
  const { trailingComments } = new ShapedElement(element, {}, places).element
  return { entries, offsets, trailingComments: Object.freeze(trailingComments) }
}
