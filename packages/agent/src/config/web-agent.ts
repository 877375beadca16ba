import { ParseError } from '@gatehouse/core'
import { parseSignInAddresses, type SignInAddresses } from '@gatehouse/toolbox-authorization'
import { z } from 'zod'
import { listenAddress, path, pathOr, policyPath, port, type Folders } from './fields.ts'
import type { UsedValuesConfig, WebAgentConfig } from './model.ts'

/** Ports of HP's web agents. */
const VENDOR_PORTS = { secure: 2381, plain: 2301 }

/** Longest list of addresses in characters: a hundred ranges. */
const MAX_RANGES_CHARACTERS = 4096

const privileges = z.array(z.enum(['status', 'tools', 'trust'])).max(3)

/** Schema of `webAgent`. */
export function webAgentSchema(folders: Folders): z.ZodType<WebAgentConfig> {
  return z
    .strictObject({
      address: listenAddress,
      port: port.default(VENDOR_PORTS.secure),
      redirectPort: port.default(VENDOR_PORTS.plain),
      certificateFile: path,
      keyFile: path,
      keyGroup: z.int().min(0).optional(),
      settingsFile: path.optional(),
      usedValues: usedValuesSchema(folders).optional(),
      valueLifeSeconds: z.int().min(1).max(300).default(60),
      sessionMinutes: z.int().min(1).max(60).default(15),
      levels: z
        .strictObject({
          user: privileges.default(['status']),
          operator: privileges.default(['status', 'tools']),
          administrator: privileges.default(['status', 'tools', 'trust']),
        })
        .prefault({}),
      signIn: signIn.prefault({}),
    })
    .transform(({ keyGroup, settingsFile, usedValues, ...given }) => ({
      ...given,
      certificateFile: policyPath(folders, given.certificateFile),
      keyFile: policyPath(folders, given.keyFile),
      ...(keyGroup !== undefined && { keyGroup }),
      settingsFile: {
        path: pathOr(folders, settingsFile, 'web-agent.json'),
        label: settingsFile ?? 'web-agent.json',
      },
      usedValues: usedValues ?? usedValuesFile(folders),
    }))
}

function usedValuesSchema(folders: Folders): z.ZodType<UsedValuesConfig> {
  return z.union([
    z.strictObject({ in: z.literal('memory') }),
    z
      .strictObject({ in: z.literal('file'), file: path.optional() })
      .transform(({ file }) => usedValuesFile(folders, file)),
    z.strictObject({
      in: z.literal('postgres'),
      urlVariable: z
        .string()
        .max(128)
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
    }),
  ])
}

function usedValuesFile(folders: Folders, file?: string): UsedValuesConfig {
  return { in: 'file', file: pathOr(folders, file, 'used-values.db') }
}

const ranges = z.string().max(MAX_RANGES_CHARACTERS).default('')

/** Two lists of ranges of addresses, with `;` between them. */
const signIn = z
  .strictObject({
    permitted: ranges,
    restricted: ranges,
  })
  .transform((fields, context): SignInAddresses => {
    try {
      return parseSignInAddresses(fields, { file: 'signIn' })
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      const [{ message, source }] = error.diagnostics
      const field = source.line === 1 ? 'permitted' : 'restricted'
      context.addIssue({ code: 'custom', message, path: [field] })
      return z.NEVER
    }
  })
