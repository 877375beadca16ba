import { AuditLogError } from '@gatehouse/audit-log'

/** The code of `@gatehouse/audit-log` for an error, or the system's, or its class. */
export function faultCode(error: unknown): string {
  if (error instanceof AuditLogError) return error.code
  const { code, name } = error as NodeJS.ErrnoException
  return code ?? name
}
