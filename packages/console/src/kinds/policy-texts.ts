/** One of the files that a kind of policy consists of. */
export interface FileRole {
  /** Its name on a command line, as in `allow=PATH`. */
  readonly name: string
  /** What it is called in messages. */
  readonly title: string
  /** Its name in a folder, where that is fixed: what a missing one means, the model then says. */
  readonly fileName?: string
  /** Whether a policy needs it. */
  readonly required: boolean
}

/** A file of a policy, read whole. */
export interface PolicyText {
  /** Its path, as it was given. */
  readonly file: string
  /** `null`: its folder does not have it. */
  readonly bytes: Uint8Array | null
}

/** The files of one policy, by the names of their roles. */
export type PolicyTexts = ReadonlyMap<string, PolicyText>

/** What tells the kind of a file. */
export interface FileHead {
  /** Its name, without the folder. */
  readonly name: string
  /** Its first line that is neither blank nor a `#` comment. */
  readonly firstLine: string
  /** Its first element, where it is XML: white space, declaration and comments passed over. */
  readonly element: string | undefined
}

/** What a kind says to a file. */
export interface Recognition {
  /** Whether name or content leave no doubt; else the content only could be. */
  readonly sure: boolean
  /** What the file is to the policy; `undefined`: the file alone does not tell. */
  readonly role: string | undefined
}

/** How much of a file is looked at to tell its kind. */
const HEAD_BYTES = 64 * 1024

const LATIN = new TextDecoder('latin1')

const FIRST_LINE = /^[ \t]*([^#\s].*)$/m

/** Looks at a file. */
export function headOf(path: string, bytes: Uint8Array): FileHead {
  const text = LATIN.decode(bytes.subarray(0, HEAD_BYTES)).replace(/^\u00ef\u00bb\u00bf/, '')
  return {
    name: path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1),
    firstLine: FIRST_LINE.exec(text)?.[1]?.trimEnd() ?? '',
    element: firstElement(text),
  }
}

function firstElement(text: string): string | undefined {
  let at = 0
  for (;;) {
    while (/\s/.test(text.charAt(at))) at += 1
    const end = text.startsWith('<?', at) ? '?>' : text.startsWith('<!--', at) ? '-->' : undefined
    if (end === undefined) return /^<([A-Za-z][\w-]*)/.exec(text.slice(at, at + 256))?.[1]
    const closed = text.indexOf(end, at)
    if (closed === -1) return undefined
    at = closed + end.length
  }
}
