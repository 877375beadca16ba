import { escapeControls } from './escape.ts'
import { GUARANTEES, type Guarantee, type Provision, type Reliance } from './guarantee.ts'
import type { Guard } from './guard.ts'

/** A guarantee and the guards that give it, in their order. */
export interface Provided {
  readonly guarantee: Guarantee
  /** The part of the request that it holds for. Default: all of it. */
  readonly of?: string
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
  const provided: { guarantee: Guarantee; of?: string; by: string[] }[] = []
  const unmet: Unmet[] = []
  const openings: Opening[] = []
  for (const guard of guards) {
    const own = guard.provides.map(scoped)
    const undermines = [...new Set(own.map(({ guarantee }) => guarantee))]
    for (const reliance of guard.reliesOn) {
      if (provided.some((one) => meets(one, reliance))) continue
      const { guarantee, of } = reliance
      unmet.push({ guard: guard.name, guarantee, of, undermines })
    }
    for (const { guarantee, of } of own) {
      const same = provided.find((one) => one.guarantee === guarantee && one.of === of)
      if (same === undefined) {
        provided.push({ guarantee, ...(of !== undefined && { of }), by: [guard.name] })
      } else same.by.push(guard.name)
    }
    for (const opening of guard.openings ?? []) openings.push({ guard: guard.name, opening })
  }
  return {
    provided,
    unmet,
    lacking: GUARANTEES.filter((guarantee) => provided.every((one) => one.guarantee !== guarantee)),
    openings,
  }
}

function scoped(provision: Provision): { readonly guarantee: Guarantee; readonly of?: string } {
  return typeof provision === 'string' ? { guarantee: provision } : provision
}

function meets({ guarantee, of }: Omit<Provided, 'by'>, reliance: Reliance): boolean {
  return guarantee === reliance.guarantee && (of === undefined || of === reliance.of)
}

/** A provision in words: `privacy`, `authentication of the console`. */
export function describeProvision({ guarantee, of }: Omit<Provided, 'by'>): string {
  return of === undefined ? guarantee : `${guarantee} of the ${of}`
}

/** A statement as lines for people, one fact a line. */
export function describeStatement(statement: Statement): string[] {
  const { provided, unmet, lacking, openings } = statement
  return [
    ...provided.map((one) => `provides ${describeProvision(one)}, by ${one.by.join(' and ')}`),
    ...unmet.map(
      ({ guard, guarantee, of, undermines }) =>
        `${undermines.join(' and ')} by ${guard} rests on the ${guarantee} of the ${of}, which nothing before it provides`,
    ),
    ...lacking.map((guarantee) => `lacks ${guarantee}`),
    ...openings.map(({ guard, opening }) => `${guard} runs with ${opening}`),
  ].map(escapeControls)
}
