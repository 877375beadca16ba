import { z } from 'zod'
import { path, policyPath, type Folders } from './fields.ts'
import type { SecurityPolicyConfig } from './model.ts'

/** Most security policies side by side: 16; Hawk itself has two. */
const MAX_POLICIES = 16

/** Schema of `policies`. */
export function policiesSchema(folders: Folders): z.ZodType<readonly SecurityPolicyConfig[]> {
  const policy = z.union([
    z.strictObject({ class: z.literal('trusted') }),
    z
      .strictObject({ class: z.literal('trusted-with-domain'), file: path })
      .transform((given) => ({ ...given, file: policyPath(folders, given.file) })),
    z.strictObject({ module: path, options: z.unknown().optional() }),
  ])
  return z.array(policy).min(1).max(MAX_POLICIES)
}
