import { claimed, noPolicy, ParseError } from '@gatehouse/core'
import { parse, type FileInput, type Policy, type Request } from '../src/index.ts'
import type { GivenCase, OwnCase } from './vectors.ts'

/** A strict policy of lines. */
export function strict(allow: readonly string[], deny: readonly string[] = []): Policy {
  return parse({ allow: textOf(allow), deny: textOf(deny) })
}

/** A policy of lines as libwrap reads them. */
export function libwrap(allow: readonly string[], deny: readonly string[] = []): Policy {
  return parse({ allow: textOf(allow), deny: textOf(deny) }, { profile: 'libwrap' })
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

/** A request to `bgssd` from 10.0.0.1, with some of the client changed. */
export function requestOf(client: Partial<Request['client']> = {}, daemon = 'bgssd'): Request {
  return { daemon, client: { address: '10.0.0.1', name: null, ...client } }
}

/** The request of a given vector. */
export function requestOfGiven(given: GivenCase): Request {
  const { daemon, address, hostname, user, server } = given
  const client = { address, name: hostname, user: claimed(user) }
  return { daemon, client, ...(server === undefined ? {} : { server }) }
}

/** The policy of one of our own vectors. */
export function policyOfOwn({ files, options = {} }: OwnCase['given']): Policy {
  const { lists, ...rest } = options
  const readList = lists && ((path: string) => lists[path] ?? null)
  const { allow = null, deny = null } = files ?? {}
  return parse(
    { allow: inputOf(allow), deny: inputOf(deny) },
    { ...rest, ...(readList === undefined ? {} : { readList }) },
  )
}

function inputOf(file: NonNullable<OwnCase['given']['files']>['allow']): FileInput {
  if (file === null || typeof file === 'string') return file
  if ('noPolicy' in file) return noPolicy(file.noPolicy, 'given')
  return Buffer.from(file.base64, 'base64')
}

/** What a refused text is refused for. */
export function errorsOf(parseText: () => unknown): { code: string; file: string; line: number }[] {
  try {
    parseText()
    return []
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return error.diagnostics.map(({ code, source: { file, line } }) => ({ code, file, line }))
  }
}
