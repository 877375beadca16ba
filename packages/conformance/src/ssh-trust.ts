import { isDeepStrictEqual } from 'node:util'
import * as ours from '@gatehouse/ssh-trust'
import { FormError, list, record, string } from './form.ts'
import type { Answer, Kind } from './kind.ts'
import { answerInspect, answerRevoked, answerValidAt } from './ssh-trust-certificates.ts'
import type { Asked } from './ssh-trust-fields.ts'
import { answerHosts } from './ssh-trust-hosts.ts'
import { answerLogin, answerModes } from './ssh-trust-logins.ts'
import type { Vector } from './vector.ts'

type Implementation = typeof ours

/** What differs from OpenSSH while a vector is answered. */
type Strictness = 'strict' | 'openssh' | SshSwitch

/** One switch, by the table that it stands in. */
export type SshSwitch =
  | { readonly table: 'HOST_SWITCHES'; readonly name: ours.HostSwitch }
  | { readonly table: 'LOGIN_SWITCHES'; readonly name: ours.LoginSwitch }
  | { readonly table: 'CERTIFICATE_SWITCHES'; readonly name: ours.CertificateSwitch }

const TABLES = ['HOST_SWITCHES', 'LOGIN_SWITCHES', 'CERTIFICATE_SWITCHES'] as const

/** Every documented switch. */
export function sshSwitches(implementation: Implementation = ours): SshSwitch[] {
  return TABLES.flatMap((table) =>
    Object.keys(implementation[table]).map((name) => ({ table, name }) as SshSwitch),
  )
}

/**
 * Vectors of known_hosts, authorized_keys, certificates and revocation lists: a list of them is asked as
 * OpenSSH answers, `{ profile: 'strict', vectors }` as profile `strict` does.
 */
export const sshTrust: Kind<Implementation> = {
  name: 'ssh-trust',
  ours,
  needs: [
    'parseKnownHosts',
    'decideHostKey',
    'addHostKey',
    'removeHostName',
    'hashHostNames',
    'updateHostKeys',
    'parseKeyFields',
    'parseAuthorizedKeys',
    'authorize',
    'checkStrictModes',
    'parseCertificateFields',
    'checkUserCertificate',
    'parseRevocationList',
  ],
  read: readSshVectors,
  answer: (implementation, given, request): Answer => {
    if (!('text' in given)) throw new FormError('this kind takes one text')
    const strictness = (given.options as { profile?: Strictness }).profile ?? 'openssh'
    const query = record(request, 'the query')
    return answerAs(implementation, { file: String(given.text), query }, strictness)
  },
}

/** A vector whose answer in profile `strict` is another than OpenSSH's. */
export interface StrictDifference {
  /** Id of the vector. */
  readonly vector: string
  /** OpenSSH's answer. */
  readonly openssh: Answer
  /** That of profile `strict`. */
  readonly strict: Answer
  /** The switches each of which gives the strict answer by itself; none: nobody has documented it. */
  readonly switches: readonly SshSwitch[]
}

/**
 * Lists in which vectors profile `strict` differs from OpenSSH, and by which switch: each switch is tried alone.
 *
 * @throws FormError when the document is in no known form, or holds no vector.
 */
export function strictDifferences(
  document: unknown,
  implementation: Implementation = ours,
): StrictDifference[] {
  return readSshVectors(document).flatMap(({ name, given, request }) => {
    const { text } = given as { text: string }
    const asked: Asked = { file: text, query: record(request, name) }
    const openssh = answerAs(implementation, asked, 'openssh')
    const strict = answerAs(implementation, asked, 'strict')
    if (isDeepStrictEqual(openssh, strict)) return []
    const switches = sshSwitches(implementation).filter((difference) =>
      isDeepStrictEqual(answerAs(implementation, asked, difference), strict),
    )
    return [{ vector: name, openssh, strict, switches }]
  })
}

function answerAs(ssh: Implementation, asked: Asked, strictness: Strictness): Answer {
  switch (asked.query['op']) {
    case 'authorize':
      return answerLogin(ssh, asked, loginOptions(strictness))
    case 'strict-modes':
      return answerModes(ssh, asked)
    case 'inspect':
      return answerInspect(ssh, asked)
    case 'valid-at':
      return answerValidAt(ssh, asked, certificateProfile(strictness))
    case 'revoked':
      return answerRevoked(ssh, asked)
    default:
      return answerHosts(ssh, asked, hostProfile(strictness))
  }
}

function hostProfile(strictness: Strictness): ours.HostProfile {
  if (typeof strictness === 'string') return strictness
  return strictness.table === 'LOGIN_SWITCHES' ? [] : [strictness.name]
}

function loginOptions(strictness: Strictness): ours.LoginOptions {
  if (typeof strictness === 'string') return { profile: strictness }
  const switches = strictness.table === 'LOGIN_SWITCHES' ? [strictness.name] : []
  return { profile: 'openssh', switches }
}

function certificateProfile(strictness: Strictness): ours.CertificateProfile {
  if (typeof strictness === 'string') return strictness
  return strictness.table === 'CERTIFICATE_SWITCHES' ? [strictness.name] : []
}

const OPERATIONS: ReadonlySet<unknown> = new Set([
  'check',
  'connect',
  'find',
  'remove',
  'hash',
  'update-hostkeys',
  'host-check',
  'authorize',
  'strict-modes',
  'inspect',
  'valid-at',
  'revoked',
])

function readSshVectors(document: unknown): Vector[] {
  if (Array.isArray(document)) return readList(document, 'openssh')
  const { profile, vectors } = record(document, 'the document')
  if (profile !== 'strict') throw new FormError('profile is not `strict`')
  return readList(list(vectors, 'vectors'), 'strict')
}

function readList(vectors: readonly unknown[], profile: Strictness): Vector[] {
  if (vectors.length === 0) throw new FormError('there is no vector')
  return vectors.map((item, index) => {
    const { id, file, query, expect } = record(item, `[${index}]`)
    const name = string(id, `[${index}].id`)
    const request = record(query, `${name}.query`)
    if (!OPERATIONS.has(request['op'])) throw new FormError(`${name}.query.op is not known`)
    const expected = record(expect, `${name}.expect`)
    if (Object.keys(expected).length === 0) throw new FormError(`${name}.expect expects nothing`)
    const options = { profile } as object
    return {
      name,
      given: { text: string(file, `${name}.file`), options },
      request,
      expect: expected,
    }
  })
}
