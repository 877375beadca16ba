import { noPolicy, type Decision, type NoPolicy } from '@gatehouse/core'
import * as ours from '@gatehouse/toolbox-authorization'
import { FormError, list, record, string } from './form.ts'
import { isParseError, type Answer, type Kind } from './kind.ts'
import type { Given, GivenFile, Question } from './vector.ts'

const CHANGES = [
  'addAuthorizations',
  'removeAuthorizations',
  'addUser',
  'removeUser',
  'setConfigRight',
  'setGroupMembers',
] as const

type Change = (state: ours.State, ...values: unknown[]) => ours.Change

type Implementation = Pick<
  typeof ours,
  | 'parse'
  | 'check'
  | 'checkSignIn'
  | 'checkConfiguration'
  | 'listSystems'
  | (typeof CHANGES)[number]
>

/** Name of the management server, unless the options of a case name another. */
const CMS = 'cms'

/** Vectors of users, toolboxes, tools, systems and authorizations. Files that do not load answer as the lack of a policy. */
export const toolboxAuthorization: Kind<Implementation> = {
  name: 'toolbox-authorization',
  ours,
  needs: ['parse', 'check', 'checkSignIn', 'checkConfiguration', 'listSystems', ...CHANGES],
  asks: ['caller', 'configuration', 'list', 'change'],
  answer: (implementation, given, request, question): Answer => {
    const { state, errors } = load(implementation, given)
    if (request === undefined) return { errors }
    if (question === 'list') {
      return { systems: implementation.listSystems(state, request as ours.Caller), errors }
    }
    const { outcome, reasons } = decide(implementation, state, request, question)
    const [{ code, source = null, facts }, ...rest] = reasons
    const also = rest.map((reason) => reason.code)
    return { allowed: outcome === 'allow', outcome, code, source, facts, also, errors }
  },
}

function decide(
  implementation: Implementation,
  state: ours.State | NoPolicy,
  request: unknown,
  question: Exclude<Question, 'list'>,
): Decision {
  switch (question) {
    case 'request':
      return implementation.check(state, request as ours.Request)
    case 'caller':
      return implementation.checkSignIn(state, request as ours.Caller)
    case 'configuration':
      return implementation.checkConfiguration(state, request as ours.ConfigurationRequest)
    case 'change':
      return change(implementation, state, request)
  }
}

function change(
  implementation: Implementation,
  state: ours.State | NoPolicy,
  request: unknown,
): Decision {
  if ('noPolicy' in state) throw new FormError('a change needs a state')
  const { do: name, with: values } = record(request, 'change')
  const known = CHANGES.find((candidate) => candidate === name)
  if (known === undefined) throw new FormError(`no change is called \`${String(name)}\``)
  const apply = implementation[known] as Change
  return apply(state, ...list(values, 'change.with')).decision
}

interface Loaded {
  readonly state: ours.State | NoPolicy
  readonly errors: readonly object[]
}

function load({ parse }: Implementation, given: Given): Loaded {
  if ('noPolicy' in given) return { state: noPolicy(given.noPolicy, 'state'), errors: [] }
  if (!('files' in given)) throw new FormError('this kind takes `files`')
  const { cms = CMS, ...options } = given.options
  const texts = Object.entries(given.files).map(([file, text]) => [
    file,
    { text: textOf(text), file },
  ])
  try {
    const files = Object.fromEntries(texts) as unknown as ours.StateFiles
    return { state: parse(files, { ...options, cms: string(cms, 'options.cms') }), errors: [] }
  } catch (error) {
    if (!isParseError(error)) throw error
    const errors = error.diagnostics.map(({ code, source: { file, line, column } }) => ({
      code,
      file,
      line,
      column,
    }))
    return { state: noPolicy('policy-malformed', 'state'), errors }
  }
}

function textOf(file: GivenFile): string | Uint8Array {
  if (typeof file === 'string' || file instanceof Uint8Array) return file
  throw new FormError('a file is a text, or is left out')
}
