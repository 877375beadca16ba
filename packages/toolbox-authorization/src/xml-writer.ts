import { MAX_LINE_CHARACTERS } from '@gatehouse/core'

/** An attribute to write; without a value it is left out. */
export type AttributeToWrite = readonly [name: string, value: string | null]

/** Lines of an element without content. */
export function emptyElement(
  name: string,
  attributes: readonly AttributeToWrite[],
  depth: number,
): string[] {
  return openTag(name, attributes, depth, '/>')
}

/** Lines of an element around the lines of others. */
export function element(
  name: string,
  attributes: readonly AttributeToWrite[],
  depth: number,
  inner: readonly string[],
): string[] {
  if (inner.length === 0) return emptyElement(name, attributes, depth)
  return [...openTag(name, attributes, depth, '>'), ...inner, `${'  '.repeat(depth)}</${name}>`]
}

/** Lines of an element with text, which is trimmed when it is read; none without text. */
export function textElement(
  name: string,
  text: string | null,
  depth: number,
  attributes: readonly AttributeToWrite[] = [],
): string[] {
  if (text === null) return []
  const content = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const [open = ''] = openTag(name, attributes, depth, '>')
  const line = `${open}${content}</${name}>`
  if (isShort(line)) return line.split('\n')
  return element(name, attributes, depth, content.split('\n'))
}

/** Lines of comments. */
export function comments(texts: readonly string[], depth: number): string[] {
  return texts.flatMap((text) => verbatim(`<!--${text}-->`, depth))
}

/** Lines that are written as they are; the first one is indented where it has room. */
export function verbatim(text: string, depth: number): string[] {
  const indented = `${'  '.repeat(depth)}${text}`
  return (isShort(indented) ? indented : text).split('\n')
}

function openTag(
  name: string,
  attributes: readonly AttributeToWrite[],
  depth: number,
  end: string,
): string[] {
  const indent = '  '.repeat(depth)
  const written = attributes.flatMap(([attribute, value]) =>
    value === null ? [] : [`${attribute}="${escapeAttribute(value)}"`],
  )
  const line = [`${indent}<${name}`, ...written].join(' ') + end
  if (isShort(line) && !line.includes('\n')) return [line]
  return [`${indent}<${name}`, ...written.flatMap((one) => one.split('\n')), `${indent}${end}`]
}

function escapeAttribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

function isShort(text: string): boolean {
  return text.split('\n').every((line) => line.length <= MAX_LINE_CHARACTERS)
}
