import type { Match } from '../host-pattern.ts'
import { NO_KEY } from './number-table.ts'
import { TextTable } from './text-table.ts'
import { matchesDaemonList, type DaemonPattern, type Subject } from '../rule-match.ts'

/** The lists of daemons of all rules, each of them once: few lists stand in many rules. */
export type DaemonList = readonly (readonly DaemonPattern[])[]

/** Most answers that are kept: lists times names. Beyond it each list is asked each time. */
const MOST_ANSWERS = 4_194_304

const UNASKED = 0
const NO = 1
const YES = 2
/** The answer hangs on the server or its port, too. */
const VARIES = 3

/** Which lists of daemons a daemon is in. */
export class DaemonLists {
  readonly #lists: readonly DaemonList[]
  /** For each name that a list spells, what each list answers, as far as it was asked. */
  readonly #answers: Uint8Array[] = []
  readonly #names = new TextTable()
  readonly #varies: Uint8Array

  constructor(lists: readonly DaemonList[]) {
    this.#lists = lists
    this.#varies = Uint8Array.from(lists, (list) => (list.flat().some(hangsOnServer) ? 1 : 0))
    const names = new Set(lists.flatMap((list) => list.flat().flatMap(nameOf)))
    if (names.size * lists.length > MOST_ANSWERS) return
    for (const name of names) {
      this.#names.add(name, this.#answers.push(new Uint8Array(lists.length)) - 1)
    }
  }

  /** The answers for a daemon, to be handed to {@link matches}; `undefined` for an odd one. */
  answersFor(daemon: string): Uint8Array | undefined {
    const number = this.#names.find(daemon)
    return number === NO_KEY ? undefined : this.#answers[number]
  }

  /** Whether the daemon of a request is in a list. */
  matches(list: number, answers: Uint8Array | undefined, subject: Subject): Match {
    if (answers === undefined) return this.#ask(list, subject)
    const known = answers[list]
    if (known === YES || known === NO) return known === YES
    const match = this.#ask(list, subject)
    if (known === UNASKED) {
      answers[list] = this.#varies[list] === 1 ? VARIES : match === true ? YES : NO
    }
    return match
  }

  #ask(list: number, subject: Subject): Match {
    return matchesDaemonList(this.#lists[list] as DaemonList, subject)
  }
}

function hangsOnServer({ daemon, server }: DaemonPattern): boolean {
  return typeof daemon === 'number' || server !== undefined
}

function nameOf({ daemon }: DaemonPattern): string[] {
  return typeof daemon !== 'number' && daemon.kind === 'equals' ? [daemon.text] : []
}
