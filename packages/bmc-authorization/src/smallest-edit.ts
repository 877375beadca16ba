import type { Edit, LineChange } from '@gatehouse/core'
import { setLevel, type Depth } from './edits.ts'
import { KEYWORDS } from './keywords.ts'
import { LEVELS, suffices, type Level } from './level.ts'
import type { Computer, Policy, User } from './model.ts'
import { Survey } from './survey.ts'

/** What a request came to. */
interface Answered {
  /** The entries that count. */
  readonly computer: Computer | undefined
  readonly user: User | undefined
  readonly granted: Level
  readonly needed: Level
}

/** One way to change the outcome. */
interface Option {
  readonly node: Policy | Computer | User
  readonly depth: Depth
}

/**
 * The one-line edit that changes the outcome and the fewest other answers, then the first in the text.
 *
 * It sets the level that is just enough, or just too low, at one node of the path. The deepest node
 * decides for the fewest; a node above it is as good only when it decides for nobody else.
 *
 * @returns `undefined` when level `NONE` is enough: the file cannot refuse that.
 */
export function smallestEdit(policy: Policy, answered: Answered): Edit | undefined {
  const { computer, user, granted, needed } = answered
  if (needed === 'NONE') return undefined
  const level = suffices(granted, needed) ? (LEVELS[LEVELS.indexOf(needed) - 1] as Level) : needed
  const changes = optionsOf(policy, computer, user).map(({ node, depth }) =>
    setLevel(node, depth, level),
  )
  return [changes.toSorted(byPlace)[0] as LineChange]
}

/** The nodes of the path that can change the outcome and decide for nobody but whom the deepest does. */
function optionsOf(
  policy: Policy,
  computer: Computer | undefined,
  user: User | undefined,
): Option[] {
  if (computer === undefined) return [{ node: policy, depth: 1 }]
  const options: Option[] = user === undefined ? [] : [{ node: user, depth: 3 }]
  if (user !== undefined && (user.permission !== null || countHeirs(computer) > 1)) return options
  options.push({ node: computer, depth: 2 })
  if (computer.permission === null && decidesForOneComputer(policy)) {
    options.push({ node: policy, depth: 1 })
  }
  return options
}

/** How many of the users of a computer have its level: those with an entry, and those without as one. */
function countHeirs({ users }: Computer): number {
  const heirs = users.filter(({ permission }) => permission === null).length
  return users.some(({ name }) => name === KEYWORDS.any) ? heirs : heirs + 1
}

const KNOWN: WeakMap<Policy, boolean> = new WeakMap()

/** Whether the global level applies under one computer, and to no other peer. Looked up once a policy. */
function decidesForOneComputer(policy: Policy): boolean {
  const known = KNOWN.get(policy) ?? hasOneHeir(policy)
  KNOWN.set(policy, known)
  return known
}

function hasOneHeir(policy: Policy): boolean {
  const { computers } = policy
  if (!computers.some(({ kind }) => kind === 'any')) return false
  const heirs = computers.filter((one) => one.permission === null && countHeirs(one) > 0)
  if (heirs.filter(({ kind }) => kind !== 'pattern').length > 1) return false
  const reachable = new Set(new Survey(policy).reachable.map(({ computer }) => computer))
  return heirs.filter((computer) => reachable.has(computer)).length === 1
}

/** An insertion comes between the line that it is put after and the next. */
function byPlace(a: LineChange, b: LineChange): number {
  return placeOf(a) - placeOf(b)
}

function placeOf(change: LineChange): number {
  return change.change === 'insert' ? change.after + 0.5 : change.line
}
