import { z } from 'zod'
import { listenAddress, path, policyPath, port, type Folders } from './fields.ts'
import type { SshConfig } from './model.ts'

/** Port unless the config says otherwise: that of the system's own sshd is 22. */
const DEFAULT_PORT = 22_222

/** Most host keys: one of each type that a server of ssh2 can have. */
const MAX_HOST_KEYS = 5

/** Most accounts: as many as a large house has groups of people. */
const MAX_ACCOUNTS = 256

const account = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,31}$/, {
  error: 'no name of an account: a letter, then letters, digits, `_`, `.` and `-`, 32 in all',
})

/** Schema of `ssh`. */
export function sshSchema(folders: Folders): z.ZodType<SshConfig> {
  const file = path.transform((label) => policyPath(folders, label))
  return z.strictObject({
    address: listenAddress,
    port: port.default(DEFAULT_PORT),
    hostKeyFiles: z.array(file).min(1).max(MAX_HOST_KEYS),
    revokedKeysFile: z.exactOptional(file),
    accounts: z
      .record(
        account,
        z.strictObject({
          authorizedKeysFile: file,
          level: z.enum(['user', 'operator', 'administrator']),
        }),
      )
      .refine(
        (accounts) => {
          const { length } = Object.keys(accounts)
          return length > 0 && length <= MAX_ACCOUNTS
        },
        { error: `not between 1 and ${MAX_ACCOUNTS} accounts` },
      ),
  })
}
