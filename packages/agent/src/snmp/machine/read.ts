import { readdirSync, readFileSync } from 'node:fs'

/** Text of a file of the kernel's; nothing where there is none, or where it has no answer now. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

/** A number in a file of its own. */
export function readNumber(path: string): number | undefined {
  const text = readText(path)?.trim()
  if (text === undefined || text === '') return undefined
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}

/** Names of what is in a folder of the kernel's; none where it has none. */
export function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
