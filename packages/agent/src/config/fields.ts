import { join, resolve } from 'node:path'
import { parseAddress } from '@gatehouse/address-set'
import { z } from 'zod'
import type { PolicyPath } from './model.ts'

/** Folders that the paths of a config start in. */
export interface Folders {
  /** That of the config file. */
  readonly folder: string
  /** That of the agent's data, where files are that the config does not name. */
  readonly dataDir: string
}

/** Schema of a path. */
export const path: z.ZodString = z.string().min(1).max(4096)

/** Schema of a path that starts at the root. */
export const absolutePath: z.ZodString = path.regex(/^(?:\/|[A-Za-z]:[\\/])[^\0]*$/)

/** Schema of a TCP port; 0 is any free one. */
export const port: z.ZodInt = z.int().min(0).max(65_535)

/** Where listeners are unless the config says otherwise. */
export const LOOPBACK = '127.0.0.1'

/** Schema of an address to listen on. */
export const listenAddress: z.ZodDefault<z.ZodString> = z
  .string()
  .refine((text) => parseAddress(text) !== undefined, { error: 'no IP address' })
  .default(LOOPBACK)

/** A path as the config writes it, and where that is. */
export function policyPath({ folder }: Folders, label: string): PolicyPath {
  return { path: resolve(folder, label), label }
}

/** The path that a config writes, or else that of a file in the folder for data. */
export function pathOr(
  { folder, dataDir }: Folders,
  written: string | undefined,
  name: string,
): string {
  return written === undefined ? join(dataDir, name) : resolve(folder, written)
}
