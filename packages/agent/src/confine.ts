import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, sep } from 'node:path'
import { Failure } from './failure.ts'

/**
 * The real path of a file or folder that lies in one of the allowed folders, links followed.
 *
 * One answer for everything else, so that nobody learns what exists outside. Does not hold against a
 * local user who swaps a folder for a link between this check and the use of the path.
 *
 * @param field - Argument that the path came in, for the error.
 * @throws Failure with `no-such-object`.
 */
export async function confine(
  roots: readonly string[],
  path: string,
  field: string,
): Promise<string> {
  const real = isAbsolute(path) ? await resolved(path) : undefined
  const allowed = await Promise.all(roots.map(resolved))
  if (real !== undefined && allowed.some((root) => root !== undefined && contains(root, real))) {
    return real
  }
  throw new Failure('no-such-object', { field: `arguments.${field}` })
}

async function resolved(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch {
    return undefined
  }
}

function contains(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}
