import { escapeControls } from './escape.ts'

/** A place in a text file. Lines and columns count from 1; without a line, the file as a whole. */
export interface FileSource {
  /** The label under which the text was given, usually a file name. */
  readonly file: string
  /** Line number, from 1. */
  readonly line?: number
  /** Column number in characters, from 1. */
  readonly column?: number
}

/** What a {@link Reason} or an error points at. */
export type SourceRef =
  | FileSource
  /** SHA-256 of a certificate's DER form, lower-case hexadecimal. */
  | { readonly certificate: string }
  /** Fingerprint of a public key, as `ssh-keygen -l` prints it. */
  | { readonly key: string }
  /** Name of an SNMP view. */
  | { readonly view: string }
  /** Path of the field of a request that is at fault, such as `node.name`. */
  | { readonly request: string }
  /** A table in code, such as the agent's own table of microagents. */
  | { readonly table: string }

/** A source as one short, printable string: `Trusted.txt:3:5`, `certificate 9f86…`. */
export function formatSource(source: SourceRef): string {
  if ('file' in source) return escapeControls(formatFileSource(source))
  const [kind, value] = Object.entries(source)[0] as [string, string]
  return escapeControls(`${kind} ${value}`)
}

function formatFileSource({ file, line, column }: FileSource): string {
  if (line === undefined) return file
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`
}
