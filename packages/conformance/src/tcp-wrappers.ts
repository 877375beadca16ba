import { noPolicy, type NoPolicy } from '@gatehouse/core'
import * as ours from '@gatehouse/tcp-wrappers'
import { FormError, record } from './form.ts'
import { isParseError, type Answer, type Kind } from './kind.ts'
import type { Given, GivenFile } from './vector.ts'

type Implementation = Pick<typeof ours, 'parse' | 'check' | 'explain'>

const LABELS = { allow: 'hosts.allow', deny: 'hosts.deny' }

/** Vectors of hosts.allow and hosts.deny. Files that do not load answer as the lack of a policy. */
export const tcpWrappers: Kind<Implementation> = {
  name: 'tcp-wrappers',
  ours,
  needs: ['parse', 'check', 'explain'],
  answer: (implementation, given, request): Answer => {
    const { policy, errors } = load(implementation, given)
    if (request === undefined) return { errors }
    const asked = request as ours.Request
    const { outcome, reasons } = implementation.check(policy, asked)
    const { matched } = implementation.explain(policy, asked)
    const [{ code, source, facts }] = reasons
    return {
      allowed: outcome === 'allow',
      outcome,
      verdict: outcome === 'allow' ? 'granted' : 'denied',
      delegated: code === 'execution-needed' && facts?.['option'] === 'twist',
      code,
      source,
      facts,
      matched: matched === null ? null : [matched.file, matched.line],
      errors,
    }
  },
}

interface Loaded {
  readonly policy: ours.Policy | NoPolicy
  readonly errors: readonly object[]
}

function load({ parse }: Implementation, given: Given): Loaded {
  if ('noPolicy' in given) return { policy: noPolicy(given.noPolicy, LABELS.allow), errors: [] }
  if (!('files' in given)) throw new FormError('this kind takes `files: { allow, deny }`')
  const { lists, ...options } = given.options
  const texts = lists === undefined ? undefined : record(lists, 'options.lists')
  try {
    const files = { allow: fileOf(given.files['allow']), deny: fileOf(given.files['deny']) }
    const readList = texts && ((path: string) => (texts[path] as string | undefined) ?? null)
    const policy = parse(files, { ...options, ...(readList ? { readList } : {}), files: LABELS })
    return { policy, errors: [] }
  } catch (error) {
    if (!isParseError(error)) throw error
    const errors = error.diagnostics.map(({ code, source: { file, line, column } }) => ({
      code,
      file,
      line,
      column,
    }))
    return { policy: noPolicy('policy-malformed', LABELS.allow), errors }
  }
}

function fileOf(file: GivenFile | undefined): ours.FileInput {
  if (file === undefined) throw new FormError('`allow` and `deny` are both needed')
  if (file === null || typeof file === 'string' || file instanceof Uint8Array) return file
  return noPolicy(file.noPolicy, 'given')
}
