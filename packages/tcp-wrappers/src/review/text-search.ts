import type { Budget } from './budget.ts'
import {
  automataOf,
  isMet,
  standAfter,
  standAtStart,
  type Automaton,
  type Standing,
  type TextDemand,
} from './glob-automaton.ts'

/** The texts that a part of a request can be. */
export interface Language {
  readonly maxCharacters: number
  /** Every character that may stand in a text. */
  readonly characters: string
  /** What is known of a text so far, 0 of the empty one; `undefined` when none goes on like this. */
  readonly step: (state: number, character: string) => number | undefined
  /** Whether a text that has come this far is one of the language. */
  readonly accepts: (text: string) => boolean
}

/** Whether a text is one of a language. */
export function isIn(language: Language, text: string): boolean {
  const { characters, maxCharacters } = language
  const isPossible =
    text.length <= maxCharacters &&
    Array.from(text).every((character) => characters.includes(character))
  return isPossible && language.accepts(text)
}

interface Node {
  readonly text: string
  readonly state: number
  readonly standing: Standing
}

/**
 * Finds a shortest text of a language that meets all demands, or proves that there is none: all
 * patterns are followed at once, character by character.
 */
export function findText(
  demands: readonly TextDemand[],
  language: Language,
  budget: Budget,
): string | undefined {
  const automata = automataOf(demands)
  const alphabet = alphabetOf(automata, language)
  const standing = standAtStart(automata)
  let level: Node[] = standing === undefined ? [] : [{ text: '', state: 0, standing }]
  const seen = new Set<string>()
  while (level.length > 0 && (level[0] as Node).text.length < language.maxCharacters) {
    const next: Node[] = []
    for (const node of level) {
      for (const character of alphabet) {
        budget.spend(1 + automata.length)
        const reached = advance(node, character, automata, language)
        if (reached === undefined) continue
        const key = `${reached.state}|${reached.standing.join(';')}`
        if (seen.has(key)) continue
        seen.add(key)
        if (isMet(automata, reached.standing) && language.accepts(reached.text)) return reached.text
        next.push(reached)
      }
    }
    level = next
  }
  return undefined
}

/** The characters that patterns name, and one that stands for all others. */
function alphabetOf(automata: readonly Automaton[], { characters }: Language): string[] {
  const named = new Set(automata.flatMap(({ glob }) => Array.from(glob)))
  // A dot ends a label: it is like no other character even where no pattern names it.
  named.add('.')
  const other = Array.from(characters).find((character) => !named.has(character))
  const known = Array.from(characters).filter((character) => named.has(character))
  return other === undefined ? known : [other, ...known]
}

function advance(
  { text, state, standing }: Node,
  character: string,
  automata: readonly Automaton[],
  language: Language,
): Node | undefined {
  const after = language.step(state, character)
  if (after === undefined) return undefined
  const reached = standAfter(automata, standing, character)
  return reached && { text: text + character, state: after, standing: reached }
}
