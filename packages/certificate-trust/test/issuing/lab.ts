import type { KeyObject } from 'node:crypto'
import { GatehouseError, ParseError, type Reason } from '@gatehouse/core'
import type { Certificate } from '../../src/index.ts'
import {
  createAuthority,
  createKey,
  IssuingError,
  type Authority,
  type IssuingCode,
} from '../../src/issuing/index.ts'

/** Instant that everything in these tests is issued at. */
export const AT: Date = new Date('2026-11-22T12:00:00Z')

/** An instant some days after it. */
export function after(days: number): Date {
  return new Date(AT.getTime() + days * 86_400_000)
}

/** Keys are made once. */
export const KEYS: {
  readonly root: KeyObject
  readonly between: KeyObject
  readonly system: KeyObject
} = { root: createKey(), between: createKey(), system: createKey() }

export const ROOT: Authority = {
  key: KEYS.root,
  certificate: createAuthority({
    key: KEYS.root,
    names: { commonName: 'Lab Root', organization: 'Lab' },
    at: AT,
    days: 3650,
  }),
}

export const BETWEEN: Authority = {
  key: KEYS.between,
  certificate: createAuthority({
    key: KEYS.between,
    names: { commonName: 'Lab Issuing' },
    at: AT,
    days: 1825,
    pathLength: 0,
    issuer: ROOT,
  }),
}

/** Why nothing came of it; `undefined` when something did. */
export function reasonOf(run: () => unknown): Reason<IssuingCode> | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (!(error instanceof IssuingError)) throw error
    return error.reason
  }
}

/** Code of whatever error came of it. */
export function codeOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error
    if (error instanceof IssuingError) return error.reason.code
    return error instanceof ParseError ? error.diagnostics[0].code : error.code
  }
}

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'))
}

export function sha256Of(certificates: readonly Certificate[]): readonly string[] {
  return certificates.map(({ sha256 }) => sha256)
}
