import type { Children } from './children.ts'
import type { CommentTable } from './comment-table.ts'
import type { Ipv4Nodes } from './ipv4-nodes.ts'
import type { Computer, ComputerKind, Permission, User } from './model.ts'
import { OUTER, type NodeTable } from './node-table.ts'
import type { TextTable } from './text-table.ts'

/** The content of a file in a form that is small and quick to search. */
export interface Tree {
  readonly nodes: NodeTable
  /** Users, and the computers that are not in `ipv4`. */
  readonly children: Children
  readonly ipv4: Ipv4Nodes
  /** Names, what they are compared by, and comments. */
  readonly texts: TextTable
  readonly comments: CommentTable
}

/** The text `*`, which comes first in every tree. */
export const ANY_NAME = 0

/** The level that a node sets; `null` where it sets none. */
export function permissionOf({ nodes }: Tree, node: number): Permission | null {
  const line = nodes.permissionLineOf(node)
  return line === 0 ? null : Object.freeze({ level: nodes.levelOf(node), line })
}

/** The computers of a file. */
export function computerNodesOf({ nodes }: Tree): number[] {
  const computers: number[] = []
  for (let node = OUTER + 1; node < nodes.size; node += 1) {
    if (nodes.parentOf(node) === OUTER) computers.push(node)
  }
  return computers
}

/** The users of a computer. */
export function usersOf({ nodes }: Tree, computer: number): number[] {
  const users: number[] = []
  for (let node = computer + 1; node < nodes.size; node += 1) {
    if (nodes.parentOf(node) !== computer) break
    users.push(node)
  }
  return users
}

/** Every computer of a file, with its users. */
export function computersOf(tree: Tree): readonly Computer[] {
  const computers = computerNodesOf(tree).map((computer) => {
    const users = usersOf(tree, computer).map((user) => Object.freeze(userOf(tree, user)))
    const kind = tree.nodes.kindOf(computer) as ComputerKind
    return Object.freeze({ ...userOf(tree, computer), kind, users: Object.freeze(users) })
  })
  return Object.freeze(computers)
}

/** What there is to tell of a user, and of a computer as well. */
export function userOf(tree: Tree, node: number): User {
  const { nodes, texts, comments } = tree
  return {
    name: texts.at(nodes.nameOf(node)),
    line: nodes.lineOf(node),
    beginLine: nodes.beginLineOf(node),
    endLine: nodes.endLineOf(node),
    permission: permissionOf(tree, node),
    comments: comments.of(node, texts),
  }
}
