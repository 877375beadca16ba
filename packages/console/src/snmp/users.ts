import { ConfigError, Secret } from '@gatehouse/core'
import type { Level } from '@gatehouse/snmp-access'
import type { UsmUser } from '@gatehouse/snmp-access/message'
import { z } from 'zod'
import { readPrivateJson } from './private-json.ts'

/** A version 3 user as a file has it. */
export interface WrittenUser {
  readonly name: string
  readonly authProtocol?: (typeof AUTH_PROTOCOLS)[number]
  readonly authPassphrase?: Secret
  readonly privProtocol?: (typeof PRIV_PROTOCOLS)[number]
  readonly privPassphrase?: Secret
  /** Engines, in hexadecimal, whose traps of this user are taken. */
  readonly engineIds?: readonly string[]
}

const AUTH_PROTOCOLS = ['MD5', 'SHA', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'] as const
const PRIV_PROTOCOLS = ['AES', 'AES-192', 'AES-256', 'AES-192-C', 'AES-256-C'] as const

/** Shortest passphrase: RFC 3414 section 11.2. */
const MIN_PASSPHRASE = 8

const passphrase = z
  .string()
  .min(MIN_PASSPHRASE)
  .max(255)
  .transform((text) => new Secret(text))

/** Schema of {@link WrittenUser}. */
export const userSchema: z.ZodType<WrittenUser> = z
  .strictObject({
    name: z.string().min(1).max(32),
    authProtocol: z.exactOptional(z.enum(AUTH_PROTOCOLS)),
    authPassphrase: z.exactOptional(passphrase),
    privProtocol: z.exactOptional(z.enum(PRIV_PROTOCOLS)),
    privPassphrase: z.exactOptional(passphrase),
    engineIds: z.exactOptional(
      z.array(z.string().regex(/^(?:0x)?(?:[0-9A-Fa-f]{2}){5,32}$/)).max(1000),
    ),
  })
  .refine(
    ({ authProtocol, authPassphrase }) =>
      (authProtocol === undefined) === (authPassphrase === undefined),
    {
      error: '`authProtocol` without `authPassphrase`, or the other way round',
    },
  )
  .refine(
    ({ privProtocol, privPassphrase }) =>
      (privProtocol === undefined) === (privPassphrase === undefined),
    {
      error: '`privProtocol` without `privPassphrase`, or the other way round',
    },
  )
  .refine(
    ({ authProtocol, privProtocol }) => privProtocol === undefined || authProtocol !== undefined,
    {
      error: '`privProtocol` without `authProtocol`: what is not authenticated is not encrypted',
    },
  )

/** Most users of a file. */
export const MAX_USERS = 1000

const usersSchema = z.strictObject({ users: z.array(userSchema).max(MAX_USERS) })

/** The user as the message layer takes it. */
export function usmUser(written: WrittenUser): UsmUser {
  const { name, authProtocol, authPassphrase, privProtocol, privPassphrase } = written
  return {
    name,
    ...(authProtocol !== undefined &&
      authPassphrase !== undefined && {
        auth: { protocol: authProtocol, passphrase: authPassphrase },
      }),
    ...(privProtocol !== undefined &&
      privPassphrase !== undefined && {
        priv: { protocol: privProtocol, passphrase: privPassphrase },
      }),
  }
}

/** The most protection that a user has keys for. */
export function levelOf({ auth, priv }: UsmUser): Level {
  if (priv !== undefined) return 'authPriv'
  return auth === undefined ? 'noAuthNoPriv' : 'authNoPriv'
}

/**
 * One user of a file `{ "users": [{ "name", "authProtocol", "authPassphrase", "privProtocol", "privPassphrase" }] }`.
 *
 * @throws ConfigError when others can read the file, it holds something else, or the user is not in it.
 */
export async function readUser(file: string, name: string): Promise<UsmUser> {
  const { users } = await readPrivateJson(file, 'users file', usersSchema)
  requireUnique(users, file)
  const user = users.find((one) => one.name === name)
  if (user !== undefined) return usmUser(user)
  throw new ConfigError(`users file \`${file}\` has no user \`${name.slice(0, 64)}\``, {
    source: { file },
  })
}

/** @throws ConfigError for a name that is there twice. */
export function requireUnique(users: readonly WrittenUser[], file: string): void {
  const names = new Set<string>()
  for (const { name } of users) {
    if (names.has(name)) {
      throw new ConfigError(`\`${file}\` has the user \`${name}\` twice`, { source: { file } })
    }
    names.add(name)
  }
}
