import { ConfigError } from '@gatehouse/core'
import { BMC_AUTHORIZATION } from './bmc-authorization.ts'
import type { FileKind } from './file-kind.ts'
import { HAWK_TRUSTED } from './hawk-trusted.ts'
import { headOf, type Recognition } from './policy-texts.ts'
import type { Question, QuestionOption } from './questions.ts'
import { TCP_WRAPPERS } from './tcp-wrappers.ts'
import { TOOLBOX_AUTHORIZATION } from './toolbox-authorization.ts'

/** Every kind of policy that the commands know. */
export const FILE_KINDS: readonly FileKind[] = [
  HAWK_TRUSTED,
  BMC_AUTHORIZATION,
  TCP_WRAPPERS,
  TOOLBOX_AUTHORIZATION,
]

/** The kind of that name. @throws ConfigError when there is none. */
export function kindNamed(name: string): FileKind {
  const kind = FILE_KINDS.find((candidate) => candidate.name === name)
  if (kind !== undefined) return kind
  throw new ConfigError(`no kind of file is called \`${name}\`, known are: ${namesOf(FILE_KINDS)}`)
}

/** The names of kinds, for messages. */
export function namesOf(kinds: readonly FileKind[]): string {
  return kinds.map(({ name }) => name).join(', ')
}

/** What a file was recognised as. */
export interface Recognised {
  readonly kind: FileKind
  readonly role: string | undefined
}

/** Every kind that a file leaves no doubt of, by its name or content. */
export function kindsSureOf(path: string, bytes: Uint8Array): Recognised[] {
  return recognitions(path, bytes).filter(({ sure }) => sure)
}

/**
 * The kind of a file: the only one that name and content leave no doubt of, else the only one that
 * the content could be.
 *
 * @throws ConfigError that lists the kinds when there are none or several.
 */
export function recogniseKind(path: string, bytes: Uint8Array): Recognised {
  const all = recognitions(path, bytes)
  const sure = all.filter((each) => each.sure)
  const [only, ...others] = sure.length > 0 ? sure : all
  if (only !== undefined && others.length === 0) return only
  const kinds = only === undefined ? FILE_KINDS : [only, ...others].map(({ kind }) => kind)
  const what = only === undefined ? 'is no file of a known kind' : 'could be of several kinds'
  throw new ConfigError(`\`${path}\` ${what}: name one by \`--kind\`: ${namesOf(kinds)}`, {
    source: { file: path },
  })
}

function recognitions(path: string, bytes: Uint8Array): (Recognised & Recognition)[] {
  const head = headOf(path, bytes)
  return FILE_KINDS.flatMap((kind) => {
    const recognition = kind.recognise(head)
    return recognition === undefined ? [] : [{ kind, ...recognition }]
  })
}

/** The options of all kinds that make up a question, each once. */
export function optionsFor(question: Question): readonly QuestionOption[] {
  return [...new Set(FILE_KINDS.flatMap(({ questions }) => questions[question].options))]
}
