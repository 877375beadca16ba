import { resolve } from 'node:path'
import { z } from 'zod'
import { path, type Folders } from './fields.ts'
import type { AuditConfig } from './model.ts'

/** Smallest file of an audit log in bytes: 4 KiB, a few records. */
const LEAST_LOG_BYTES = 4096

/** Schema of `audit`. */
export function auditSchema({ folder }: Folders): z.ZodType<AuditConfig> {
  return z
    .strictObject({
      file: path.optional(),
      onFull: z.enum(['refuse', 'continue']).default('refuse'),
      maxSizeBytes: z.int().min(LEAST_LOG_BYTES).optional(),
      maxFiles: z.int().min(1).max(1_000_000).optional(),
      signingKeyFile: path.optional(),
      headsFile: path.optional(),
    })
    .refine(
      ({ signingKeyFile, headsFile }) =>
        (signingKeyFile === undefined) === (headsFile === undefined),
      { error: 'only one of `signingKeyFile` and `headsFile`' },
    )
    .transform(({ file, onFull, maxSizeBytes, maxFiles, signingKeyFile, headsFile }) => ({
      onFull,
      ...(file !== undefined && { file: resolve(folder, file) }),
      ...(maxSizeBytes !== undefined && { maxSizeBytes }),
      ...(maxFiles !== undefined && { maxFiles }),
      ...(signingKeyFile !== undefined &&
        headsFile !== undefined && {
          heads: {
            signingKeyFile: resolve(folder, signingKeyFile),
            headsFile: resolve(folder, headsFile),
          },
        }),
    }))
}
