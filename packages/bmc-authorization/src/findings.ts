import type { Edit, Finding, LineSource } from '@gatehouse/core'
import { LINT_CODES, SEVERITIES, type LintCode } from './lint-codes.ts'
import type { Permission } from './model.ts'

/** What completes a finding. */
interface Details {
  /** Lines that make it so; those that are missing are left out. */
  readonly related?: readonly (number | undefined)[]
  readonly facts?: Readonly<Record<string, string>>
  readonly fix?: Edit
}

/** The findings about one text. */
export class Findings {
  readonly #file: string
  readonly #found: Finding<LintCode>[] = []

  constructor(file: string) {
    this.#file = file
  }

  add(code: LintCode, line: number, { related = [], ...details }: Details = {}): void {
    const lines = new Set(related.filter((each) => each !== undefined && each !== line))
    this.#found.push({
      code,
      severity: SEVERITIES[code],
      source: this.#sourceOf(line),
      related: [...lines].toSorted(ascending).map((each) => this.#sourceOf(each as number)),
      ...details,
    })
  }

  /** In the order of the text, and on one line in that of the table. */
  inOrder(): Finding<LintCode>[] {
    return this.#found.toSorted(
      (a, b) => a.source.line - b.source.line || ORDER.indexOf(a.code) - ORDER.indexOf(b.code),
    )
  }

  #sourceOf(line: number): LineSource {
    return { file: this.#file, line }
  }
}

/** Lines of `PERMISSION` statements, as related lines. */
export function linesOf(permissions: readonly (Permission | null)[]): number[] {
  return permissions.flatMap((permission) => (permission === null ? [] : [permission.line]))
}

const ORDER = Object.keys(LINT_CODES)

function ascending(a: number | undefined, b: number | undefined): number {
  return (a as number) - (b as number)
}
