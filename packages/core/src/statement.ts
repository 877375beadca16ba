import { escapeControls } from './escape.ts'
import { GUARANTEES, type Guarantee, type Reliance } from './guarantee.ts'
import type { Guard } from './guard.ts'

/** A guarantee and the guards that give it, in their order. */
export interface Provided {
  readonly guarantee: Guarantee
  /** Names of the guards. */
  readonly by: readonly string[]
}

/** A reliance that no guard before it meets, and what it undermines. */
export interface Unmet extends Reliance {
  /** Name of the guard that relies. */
  readonly guard: string
  /** The guarantees of that guard, which are only as good as this unmet one. */
  readonly undermines: readonly Guarantee[]
}

/** A protection that is off in one guard. */
export interface Opening {
  /** Name of the guard. */
  readonly guard: string
  /** Name of the opening, such as `insecureVendorDefault`. */
  readonly opening: string
}

/** What a set-up of guards promises and what it does not: the sum that a reviewer reads. */
export interface Statement {
  /** What is provided, in the order in which the guards provide it. */
  readonly provided: readonly Provided[]
  /** What rests on something that nothing before it met, in the order of the guards. */
  readonly unmet: readonly Unmet[]
  /** The guarantees that no guard provides. */
  readonly lacking: readonly Guarantee[]
  /** Protections that are off. */
  readonly openings: readonly Opening[]
}

/** Adds up what guards promise when they are asked in the given order. */
export function stateGuards(guards: readonly Guard<never>[]): Statement {
  const by = new Map<Guarantee, string[]>()
  const unmet: Unmet[] = []
  const openings: Opening[] = []
  for (const guard of guards) {
    for (const { guarantee, of } of guard.reliesOn) {
      if (by.has(guarantee)) continue
      unmet.push({ guard: guard.name, guarantee, of, undermines: guard.provides })
    }
    for (const guarantee of guard.provides) {
      by.set(guarantee, [...(by.get(guarantee) ?? []), guard.name])
    }
    for (const opening of guard.openings ?? []) openings.push({ guard: guard.name, opening })
  }
  return {
    provided: [...by].map(([guarantee, names]) => ({ guarantee, by: names })),
    unmet,
    lacking: GUARANTEES.filter((guarantee) => !by.has(guarantee)),
    openings,
  }
}

/** A statement as lines for people, one fact a line. */
export function describeStatement(statement: Statement): string[] {
  const { provided, unmet, lacking, openings } = statement
  return [
    ...provided.map(({ guarantee, by }) => `provides ${guarantee}, by ${by.join(' and ')}`),
    ...unmet.map(
      ({ guard, guarantee, of, undermines }) =>
        `${undermines.join(' and ')} by ${guard} rests on the ${guarantee} of the ${of}, which nothing before it provides`,
    ),
    ...lacking.map((guarantee) => `lacks ${guarantee}`),
    ...openings.map(({ guard, opening }) => `${guard} runs with ${opening}`),
  ].map(escapeControls)
}
