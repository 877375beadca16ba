import { z } from 'zod'
import { absolutePath } from './fields.ts'
import type { ToolConfig } from './model.ts'

/** The tool that every web agent has: it reads and replaces the settings of the agent. */
export const REPLICATE = 'Replicate Agent Settings'

/** Longest run of a tool in milliseconds: five minutes; a caller waits for its answer. */
const MAX_TIMEOUT_MS = 300_000

/** Most output of a tool that can be kept in bytes: 1 MiB, the largest answer. */
const MAX_OUTPUT_BYTES = 1024 * 1024

/** Largest number of a user or a group: the last but one of 32 bits, as the last means none. */
const MAX_ID = 0xff_ff_ff_fe

const id = z.int().min(0).max(MAX_ID)

/** Schema of `tools`. */
export const ToolsSchema: z.ZodType<Readonly<Record<string, ToolConfig>>> = z.record(
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 _-]{0,63}$/)
    .refine((name) => name !== REPLICATE),
  z
    .strictObject({
      file: absolutePath,
      arguments: z
        .array(
          z
            .string()
            .max(4096)
            .regex(/^[^\0]*$/),
        )
        .max(64)
        .default([]),
      timeoutMs: z.int().min(1).max(MAX_TIMEOUT_MS).default(10_000),
      maxOutputBytes: z
        .int()
        .min(1)
        .max(MAX_OUTPUT_BYTES)
        .default(64 * 1024),
      level: z.enum(['user', 'operator', 'administrator']).default('administrator'),
      runAs: z.strictObject({ uid: id, gid: id }).optional(),
    })
    .transform(({ runAs, ...tool }) => ({ ...tool, ...(runAs && { runAs }) })),
)
