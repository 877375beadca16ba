import type { Edit, LineChange } from '@gatehouse/core'
import { setLevel, type Depth } from './edits.ts'
import { NOTHING } from './hash-slots.ts'
import { LEVELS, suffices, type Level } from './level.ts'
import type { Policy } from './model.ts'
import { OUTER } from './node-table.ts'
import { coreOf } from './policy.ts'
import { Survey } from './survey.ts'
import { ANY_NAME, computerNodesOf, userOf, usersOf, type Tree } from './tree.ts'

/** What a request came to. */
interface Answered {
  /** The computer that counts; {@link OUTER} when none does. */
  readonly computer: number
  /** The user that counts, or {@link NOTHING}. */
  readonly user: number
  readonly granted: Level
  readonly needed: Level
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
  const { tree } = coreOf(policy)
  const changes = nodesFor(policy, computer, user).map((node) =>
    setLevel(node === OUTER ? policy : userOf(tree, node), depthOf(tree, node), level),
  )
  return [changes.toSorted(byPlace)[0] as LineChange]
}

/** The nodes of the path that can change the outcome and decide for nobody but whom the deepest does. */
function nodesFor(policy: Policy, computer: number, user: number): number[] {
  if (computer === OUTER) return [OUTER]
  const { tree } = coreOf(policy)
  const nodes = user === NOTHING ? [] : [user]
  if (user !== NOTHING && (setsLevel(tree, user) || countHeirs(tree, computer) > 1)) return nodes
  nodes.push(computer)
  if (!setsLevel(tree, computer) && decidesForOneComputer(policy)) nodes.push(OUTER)
  return nodes
}

function depthOf({ nodes }: Tree, node: number): Depth {
  if (node === OUTER) return 1
  return nodes.parentOf(node) === OUTER ? 2 : 3
}

function setsLevel({ nodes }: Tree, node: number): boolean {
  return nodes.permissionLineOf(node) !== 0
}

/** How many of the users of a computer have its level: those with an entry, and those without as one. */
function countHeirs(tree: Tree, computer: number): number {
  const users = usersOf(tree, computer)
  const heirs = users.filter((user) => !setsLevel(tree, user)).length
  const hasAny = tree.children.find(computer, ANY_NAME) !== NOTHING
  return hasAny ? heirs : heirs + 1
}

const KNOWN: WeakMap<Policy, boolean> = new WeakMap()

/** Whether the global level applies under one computer, and to no other peer. Looked up once a policy. */
function decidesForOneComputer(policy: Policy): boolean {
  const known = KNOWN.get(policy) ?? hasOneHeir(policy)
  KNOWN.set(policy, known)
  return known
}

function hasOneHeir(policy: Policy): boolean {
  const { tree } = coreOf(policy)
  const { nodes } = tree
  if (!nodes.hasKind('any')) return false
  const heirs = computerNodesOf(tree).filter(
    (computer) => !setsLevel(tree, computer) && countHeirs(tree, computer) > 0,
  )
  if (heirs.filter((computer) => nodes.kindOf(computer) !== 'pattern').length > 1) return false
  const { reachable } = new Survey(policy)
  const lines = new Set(reachable.map(({ computer }) => computer?.line))
  return heirs.filter((computer) => lines.has(nodes.lineOf(computer))).length === 1
}

/** An insertion comes between the line that it is put after and the next. */
function byPlace(a: LineChange, b: LineChange): number {
  return placeOf(a) - placeOf(b)
}

function placeOf(change: LineChange): number {
  return change.change === 'insert' ? change.after + 0.5 : change.line
}
