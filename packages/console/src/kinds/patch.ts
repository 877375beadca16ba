import type { Edit, LineChange } from '@gatehouse/core'
import type { Patch, PatchLine } from './stated.ts'

/** An edit of a text as the lines that go and come. */
export function patchOf(file: string, bytes: Uint8Array | null, edit: Edit): Patch {
  const lines = new TextDecoder().decode(bytes ?? new Uint8Array()).split(/\r?\n/)
  return { file, lines: edit.flatMap((change) => patchLines(change, lines)) }
}

function patchLines(change: LineChange, lines: readonly string[]): PatchLine[] {
  if (change.change === 'insert') {
    return [{ sign: '+', text: `${placeAfter(change.after)}: ${change.text}` }]
  }
  const { line } = change
  const old: PatchLine = { sign: '-', text: `line ${line}: ${lines[line - 1] ?? ''}` }
  if (change.change === 'remove') return [old]
  return [old, { sign: '+', text: `line ${line}: ${change.text}` }]
}

/** Where a line comes that is put in after another, 0 for none. */
export function placeAfter(line: number): string {
  return line === 0 ? 'before line 1' : `after line ${line}`
}
