import type { Finding } from '@gatehouse/core'
import { meet, type Box, type LineBox } from './box.ts'
import type { BoxIndex } from './box-index.ts'
import { formatEntry } from './format.ts'
import type { LintCode } from './lint-codes.ts'
import type { LintedPolicy } from './linted-policy.ts'

/**
 * Finds lines that can go without any answer changing. All of them can go together; of lines that
 * stand in for each other, the later ones are found.
 */
export function findIdleLines(linted: LintedPolicy): Finding<LintCode>[] {
  const finder = new IdleLines(linted)
  const grants = linted.grants.toReversed()
  const restrictions = linted.restrictions.toReversed()
  return [
    ...finder.findRepeated(),
    ...grants.flatMap((box) => finder.findInside('grant-redundant', linted.granted, box)),
    ...grants.flatMap((box) => finder.findGrant(box)),
    ...restrictions.flatMap((box) =>
      finder.findInside('restriction-redundant', linted.restricted, box),
    ),
    ...restrictions.flatMap((box) => finder.findRestriction(box)),
  ]
}

class IdleLines {
  readonly #linted: LintedPolicy
  /** Lines found so far: the ones still to be judged must not rest on them. */
  readonly #found = new Set<LineBox>()

  constructor(linted: LintedPolicy) {
    this.#linted = linted
  }

  /** Finds lines that stand there twice. */
  findRepeated(): Finding<LintCode>[] {
    const originals = new Map<string, LineBox>()
    return [...this.#linted.grants, ...this.#linted.restrictions].flatMap((box) => {
      const text = formatEntry(box.entry).join('\n')
      const original = originals.get(text)
      if (original !== undefined) return [this.#find('line-repeated', box, [original])]
      originals.set(text, box)
      return []
    })
  }

  /** Finds a line inside others of its kind. A dead grant is found by what kills it. */
  findInside(code: LintCode, index: BoxIndex<LineBox>, box: LineBox): Finding<LintCode>[] {
    if (this.#found.has(box) || this.#isDead(box)) return []
    const others = this.#around(index, box, box)
    return covers(others, box) ? [this.#find(code, box, alone(others, box))] : []
  }

  #isDead(box: LineBox): boolean {
    return box.entry.effect === 'grant' && covers(this.#linted.restricted.around(box), box)
  }

  /** Finds a grant that restrictions take, or leave no more of than other grants give. */
  findGrant(box: LineBox): Finding<LintCode>[] {
    if (this.#found.has(box)) return []
    const takers = this.#around(this.#linted.restricted, box, box)
    if (covers(takers, box)) return [this.#find('grant-unreachable', box, alone(takers, box))]
    const others = [...this.#around(this.#linted.granted, box, box), ...takers]
    return covers(others, box) ? [this.#find('grant-redundant', box, alone(others, box))] : []
  }

  /** Finds a restriction that takes nothing, or nothing that others leave of the grants. */
  findRestriction(box: LineBox): Finding<LintCode>[] {
    if (this.#found.has(box)) return []
    const takers = new Set<LineBox>()
    for (const grant of this.#linted.granted.across(box)) {
      const taken = meet(grant, box) as Box
      const alsoTaking = this.#around(this.#linted.restricted, taken, box)
      if (!covers(alsoTaking, taken)) return []
      for (const other of alone(alsoTaking, taken)) takers.add(other)
    }
    if (takers.size > 0) return [this.#find('restriction-redundant', box, [...takers])]
    const source = this.#linted.at(box.entry)
    const code = 'restriction-without-effect'
    return [{ code, severity: 'warning', source, related: [] }]
  }

  /** The lines around a box, but for one line and those found so far. */
  #around(index: BoxIndex<LineBox>, box: Box, line: LineBox): LineBox[] {
    return index.around(box).filter((other) => other !== line && !this.#found.has(other))
  }

  #find(code: LintCode, box: LineBox, others: readonly LineBox[]): Finding<LintCode> {
    this.#found.add(box)
    const lines = others.toSorted((a, b) => a.entry.line - b.entry.line)
    return {
      code,
      severity: code === 'grant-unreachable' ? 'warning' : 'note',
      source: this.#linted.at(box.entry),
      related: lines.map(({ entry }) => this.#linted.at(entry)),
      fix: [{ change: 'remove', line: box.entry.line }],
    }
  }
}

/** Whether lines around a box cover all of its operations together. */
function covers(lines: readonly LineBox[], box: Box): boolean {
  return lines.reduce((left, { operations }) => left & ~operations, box.operations) === 0
}

/** Of lines that cover a box together the first that does so alone, else all that have a part in it. */
function alone(lines: readonly LineBox[], box: Box): LineBox[] {
  const whole = lines
    .filter(({ operations }) => (box.operations & ~operations) === 0)
    .toSorted((a, b) => a.entry.line - b.entry.line)
  const part = lines.filter(({ operations }) => (box.operations & operations) !== 0)
  return whole.length > 0 ? whole.slice(0, 1) : part
}
