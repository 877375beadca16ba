import type { TextPattern } from '../text-pattern.ts'

/** A pattern, and whether a text has to match it. */
export interface TextDemand {
  readonly pattern: TextPattern
  readonly holds: boolean
}

/** A demand as one glob. */
export interface Automaton {
  readonly glob: string
  readonly holds: boolean
}

/** The places in a glob that a text so far may have come to; `done`: whatever follows, it matches. */
type Places = readonly number[] | 'done'

/** Where each of some automata stands; `undefined` for one that no longer matters. */
export type Standing = readonly (Places | undefined)[]

/** The automata of some demands. */
export function automataOf(demands: readonly TextDemand[]): Automaton[] {
  return demands.flatMap(automatonOf)
}

function automatonOf({ pattern, holds }: TextDemand): Automaton[] {
  switch (pattern.kind) {
    case 'all':
      return [{ glob: '*', holds }]
    case 'known':
      return [{ glob: 'unknown', holds: !holds }]
    case 'equals':
    case 'glob':
      return [{ glob: pattern.text, holds }]
    case 'prefix':
      return [{ glob: `${pattern.text}*`, holds }]
    case 'suffix':
      return [{ glob: `?*${pattern.text}`, holds }]
    case 'ipv6':
      // No text without colon is an IPv6 address.
      return holds ? [{ glob: '*', holds: false }] : []
  }
}

/** Where all stand before a text; `undefined` when no text meets the demands. */
export function standAtStart(automata: readonly Automaton[]): Standing | undefined {
  return standOrFail(automata, ({ glob }) => settle(glob, [0]))
}

/** Where all stand after one more character; `undefined` when no text goes on like this. */
export function standAfter(
  automata: readonly Automaton[],
  before: Standing,
  character: string,
): Standing | undefined {
  return standOrFail(automata, ({ glob }, index) => {
    const places = before[index]
    return places === undefined ? undefined : move(glob, places, character)
  })
}

/** Whether the text that came to a standing meets every demand. */
export function isMet(automata: readonly Automaton[], standing: Standing): boolean {
  return automata.every(({ glob, holds }, index) => {
    const places = standing[index]
    return places === undefined || places.includes(glob.length as never) === holds
  })
}

function standOrFail(
  automata: readonly Automaton[],
  reach: (automaton: Automaton, index: number) => Places | undefined,
): Standing | undefined {
  const standing: (Places | undefined)[] = []
  for (const [index, automaton] of automata.entries()) {
    const places = reach(automaton, index)
    const isSettled = places === 'done' || places?.length === 0
    if (isSettled && (places === 'done') !== automaton.holds) return undefined
    standing.push(isSettled ? undefined : places)
  }
  return standing
}

function move(glob: string, places: Places, character: string): Places {
  if (places === 'done') return places
  const next: number[] = []
  for (const place of places) {
    const expected = glob[place]
    if (expected === '*') next.push(place)
    else if (expected === '?' || expected === character) next.push(place + 1)
  }
  return settle(glob, next)
}

/** Steps over stars. What stands before the last star that was reached can add nothing. */
function settle(glob: string, places: readonly number[]): Places {
  let star = -1
  const open = new Set(places)
  for (const place of open) {
    if (glob[place] !== '*') continue
    star = Math.max(star, place)
    open.add(place + 1)
  }
  if (star !== -1 && star === glob.length - 1) return 'done'
  return [...open].filter((place) => place >= star).toSorted((a, b) => a - b)
}
