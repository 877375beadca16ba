import { z } from 'zod'
import { path, policyPath, type Folders } from './fields.ts'
import type { TcpWrappersConfig } from './model.ts'

/** Schema of `tcpWrappers`. */
export function tcpWrappersSchema(folders: Folders): z.ZodType<TcpWrappersConfig> {
  return z
    .strictObject({
      allowFile: path,
      denyFile: path,
      profile: z.enum(['strict', 'libwrap']).default('strict'),
      // As a rule can spell it: the name of a process, 127 characters of which libwrap keeps.
      daemonName: z
        .string()
        .max(127)
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
        .default('bgssd'),
    })
    .transform(({ allowFile, denyFile, ...rest }) => ({
      ...rest,
      allowFile: policyPath(folders, allowFile),
      denyFile: policyPath(folders, denyFile),
    }))
}
