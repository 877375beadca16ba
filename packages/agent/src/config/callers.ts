import { z } from 'zod'
import { path } from './fields.ts'
import type { AgentConfig } from './model.ts'

/** Schemas of `callers` and of the file that goes with it. */
export const callerFields: {
  readonly callers: z.ZodDefault<z.ZodType<AgentConfig['callers'], AgentConfig['callers']>>
  readonly usersFile: z.ZodOptional<z.ZodString>
} = {
  callers: z.enum(['claimed', 'certificate', 'signed']).default('claimed'),
  usersFile: path.optional(),
}

/** What `callers` asks for and the rest of the config does not give; nothing when all is there. */
export function callersFault({
  callers,
  usersFile,
  tls,
}: Pick<AgentConfig, 'callers' | 'usersFile' | 'tls'>): string | undefined {
  if (callers === 'claimed') {
    return usersFile && '`usersFile` goes with `callers`: `certificate` or `signed`'
  }
  if (usersFile === undefined) return '`usersFile` is missing, which `callers` goes by'
  if (callers === 'certificate' && tls?.clients?.required !== true) {
    return '`callers`: `certificate` needs `tls.clients.required`'
  }
  return tls?.clients === undefined ? '`callers`: `signed` needs `tls.clients`' : undefined
}
