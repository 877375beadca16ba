import { z } from 'zod'
import { path, policyPath, port, type Folders } from './fields.ts'
import type { TlsClientsConfig, TlsConfig } from './model.ts'

/** Most files with revocation lists: 64, one for each authority of a large house. */
const MAX_REVOCATION_FILES = 64

/** Schema of `tls`. */
export function tlsSchema(folders: Folders): z.ZodType<TlsConfig> {
  return z
    .strictObject({
      certificateFile: path,
      keyFile: path,
      keyGroup: z.int().min(0).optional(),
      clients: clientsSchema(folders).optional(),
      redirectPort: port.optional(),
    })
    .transform(({ certificateFile, keyFile, keyGroup, clients, redirectPort }) => ({
      certificateFile: policyPath(folders, certificateFile),
      keyFile: policyPath(folders, keyFile),
      ...(keyGroup !== undefined && { keyGroup }),
      ...(clients && { clients }),
      ...(redirectPort !== undefined && { redirectPort }),
    }))
}

function clientsSchema(folders: Folders): z.ZodType<TlsClientsConfig> {
  return z
    .strictObject({
      trustFile: path,
      required: z.boolean(),
      name: z
        .string()
        .max(253)
        .regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/)
        .optional(),
      revocationFiles: z.array(path).min(1).max(MAX_REVOCATION_FILES).optional(),
      onUnknownRevocation: z.enum(['deny', 'allow']).optional(),
    })
    .refine(
      ({ revocationFiles, onUnknownRevocation }) =>
        revocationFiles !== undefined || onUnknownRevocation === undefined,
      { error: '`onUnknownRevocation` goes with `revocationFiles`' },
    )
    .transform(({ trustFile, required, name, revocationFiles, onUnknownRevocation }) => ({
      trustFile: policyPath(folders, trustFile),
      required,
      ...(name !== undefined && { name }),
      ...(revocationFiles && {
        revocation: {
          files: revocationFiles.map((file) => policyPath(folders, file)),
          onUnknown: onUnknownRevocation ?? 'deny',
        },
      }),
    }))
}
