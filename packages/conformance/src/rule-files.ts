import { FormError, list, record, string } from './form.ts'
import type { Vector } from './vector.ts'

const VERDICTS = new Set(['granted', 'denied'])

/**
 * Reads a case of the form that libwrap's own answers come in: two rule files, a request, and what
 * was answered. `log` is informative and no part of agreement.
 *
 * @throws FormError for a field that is missing, of another type, or not known.
 */
export function readRuleFiles(fields: Record<string, unknown>, where: string): Vector {
  const { name, allow, deny, daemon, hostname, address, user, verdict, ...others } = fields
  const { delegated, matched, server, log, ...unknown } = others
  const [stranger] = Object.keys(unknown)
  if (stranger !== undefined) throw new FormError(`${where}.${stranger} is no known field`)
  list(log, `${where}.log`)
  if (typeof verdict !== 'string' || !VERDICTS.has(verdict)) {
    throw new FormError(`${where}.verdict is neither \`granted\` nor \`denied\``)
  }
  if (typeof delegated !== 'boolean') throw new FormError(`${where}.delegated is no boolean`)
  return {
    name: string(name, `${where}.name`),
    given: {
      files: { allow: file(allow, `${where}.allow`), deny: file(deny, `${where}.deny`) },
      options: { profile: 'libwrap' },
    },
    request: {
      daemon: string(daemon, `${where}.daemon`),
      client: {
        address: string(address, `${where}.address`),
        name: string(hostname, `${where}.hostname`),
        user: string(user, `${where}.user`),
      },
      ...(server === undefined ? {} : { server: record(server, `${where}.server`) }),
    },
    expect: { verdict, delegated, matched: place(matched, `${where}.matched`) },
  }
}

function file(value: unknown, where: string): string | null {
  return value === null ? null : string(value, where)
}

function place(value: unknown, where: string): [string, number] | null {
  if (value === null) return null
  const [name, line, ...rest] = list(value, where)
  if (typeof line !== 'number' || rest.length > 0)
    throw new FormError(`${where} is no file and line`)
  return [string(name, where), line]
}
