import * as ours from '@gatehouse/snmp-access'
import { FormError, record, string } from './form.ts'
import type { Answer, Kind } from './kind.ts'
import { oidOf } from './snmp-mib.ts'
import { configurationOf, readSnmpDocument } from './snmp-world.ts'
import type { Vector } from './vector.ts'

type Implementation = Pick<typeof ours, 'parse' | 'checkNotification'>

const PROFILES: readonly ours.Profile[] = ['net-snmp', 'rfc3415']

/** Vectors of snmptrapd, each asked in both profiles: what is done with a notification. */
export const snmpTraps: Kind<Implementation> = {
  name: 'snmp-traps',
  ours,
  needs: ['parse', 'checkNotification'],
  read: readTrapVectors,
  answer: (implementation, given, request): Answer => {
    if (!('text' in given)) throw new FormError('this kind takes one text')
    const { profile } = given.options as { readonly profile: ours.Profile }
    const policy = implementation.parse(given.text, {
      file: 'snmptrapd.conf',
      daemon: 'snmptrapd',
      lenient: true,
      profile,
    })
    const notification = notificationOf(record(request, 'the notification'))
    const { purposes, acknowledged, outcome } = implementation.checkNotification(
      policy,
      notification,
    )
    return {
      outcome,
      result: purposes.length === 0 ? 'dropped' : purposes.join('+'),
      logged: purposes.includes('log') ? 1 : 0,
      executed: purposes.includes('execute') ? 1 : 0,
      forwarded: purposes.includes('net') ? 1 : 0,
      acknowledged,
    }
  },
}

function notificationOf({
  trapOid,
  enterprise,
  ...rest
}: Readonly<Record<string, unknown>>): ours.Notification {
  return {
    ...rest,
    ...(trapOid !== undefined && { trapOid: oidOf(trapOid, 'trapOid') }),
    ...(enterprise !== undefined && { enterprise: oidOf(enterprise, 'enterprise') }),
  } as unknown as ours.Notification
}

function readTrapVectors(input: unknown): Vector[] {
  const document = readSnmpDocument(input, 'snmp-trap-vectors/1')
  return document.vectors.flatMap((vector) => {
    const { text } = configurationOf(document, vector)
    const name = string(vector['id'], 'id')
    const expect = record(vector['expect'], `${name}.expect`)
    if (Object.keys(expect).length === 0) throw new FormError(`${name}.expect expects nothing`)
    const request = record(vector['notification'], `${name}.notification`)
    return PROFILES.map((profile) => {
      const given = { text, options: { profile } as object }
      return { name: `${name} (${profile})`, given, request, expect }
    })
  })
}
