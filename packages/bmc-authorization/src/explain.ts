import type { Address } from '@gatehouse/address-set'
import { isNoPolicy, type Decision, type NoPolicy } from '@gatehouse/core'
import { needed } from './actions.ts'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import { NOTHING } from './hash-slots.ts'
import type { ComputerKind, ComputerMatch, Explanation, Match, Policy, Request } from './model.ts'
import { OUTER } from './node-table.ts'
import { coreOf } from './policy.ts'
import { addressOf, refuse, type SoundRequest } from './request.ts'
import { smallestEdit } from './smallest-edit.ts'
import type { Tree } from './tree.ts'

/**
 * Tells why a request is decided as it is: the level granted and needed, the node that granted it,
 * the entries that matched but were outranked, and the smallest edit that would change the outcome.
 *
 * A log of refusals can afford it: its cost does not grow with the number of computers, save that one
 * call for a policy may look through all of them.
 */
export function explain(policy: Policy | NoPolicy, request: Request): Explanation {
  const decision = check(policy, request)
  const address = addressOf(request)
  if (isNoPolicy(policy) || refuse(request, address) !== undefined) return unasked(decision)
  const sound = request as SoundRequest
  const { tree, index } = coreOf(policy)
  const [best = OUTER, ...outranked] = index.computersFor(sound.peer, address as Address)
  const user = best === OUTER ? NOTHING : index.userUnder(best, sound.claimedUser)
  const ruling = index.rulingFor(sound, address as Address)
  const granted = tree.nodes.levelOf(ruling)
  const least = needed(sound.action, sound)
  const edit = smallestEdit(policy, { computer: best, user, granted, needed: least })
  return {
    decision,
    granted,
    needed: least,
    decidedBy: pathOf(tree, ruling),
    computer: best === OUTER ? null : computerMatch(tree, best),
    user: user === NOTHING ? null : match(tree, user),
    outranked: outranked.map((computer) => computerMatch(tree, computer)),
    ...(edit === undefined ? {} : { smallestEdit: edit }),
  }
}

/** A node as `global`, `computer NAME`, or `computer NAME user NAME`. */
function pathOf(tree: Tree, node: number): string {
  if (node === OUTER) return 'global'
  const parent = tree.nodes.parentOf(node)
  const { name } = match(tree, node)
  return parent === OUTER ? `computer ${name}` : `${pathOf(tree, parent)} user ${name}`
}

function unasked(decision: Decision<Code>): Explanation {
  return {
    decision,
    granted: null,
    needed: null,
    decidedBy: null,
    computer: null,
    user: null,
    outranked: [],
  }
}

function computerMatch(tree: Tree, computer: number): ComputerMatch {
  return { ...match(tree, computer), kind: tree.nodes.kindOf(computer) as ComputerKind }
}

function match({ nodes, texts }: Tree, node: number): Match {
  return { name: texts.at(nodes.nameOf(node)), line: nodes.lineOf(node) }
}
