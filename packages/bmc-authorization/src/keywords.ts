import { WordMap } from './word-map.ts'

/**
 * Every word and sign of the file, in this one table.
 *
 * The outer block, `PERMISSION` and the four levels are the vendor's; the other words are not public
 * and are ours until its commented example is.
 */
export const KEYWORDS = {
  /** The outer block: what opens it, what closes it. */
  authorization: ['BEGIN_AUTHORIZATION', 'END_AUTHORIZATION'],
  /** One computer, inside the outer block. */
  computer: ['BEGIN_COMPUTER', 'END_COMPUTER'],
  /** One user, inside a computer. */
  user: ['BEGIN_USER', 'END_USER'],
  /** Names the computer or user of its block. */
  name: 'NAME',
  /** Sets the level of its block. */
  permission: 'PERMISSION',
  /** Stands between word and value, with a blank on both sides. */
  assign: '=',
  /** As the first character that is no blank: the line is a comment. */
  comment: '#',
  /** As a whole name: any computer, any user. As the last label of an IPv4 pattern: any octets. */
  any: '*',
  /** The words for the levels. */
  levels: { NONE: 'NONE', VIEW: 'VIEW', MODIFY: 'MODIFY', MANAGE: 'MANAGE' },
} as const

/** The three kinds of block. */
export type BlockKind = 'authorization' | 'computer' | 'user'

/** What the first word of a line asks for. */
export type Word =
  | { readonly role: 'begin' | 'end'; readonly block: BlockKind }
  | { readonly role: 'name' | 'permission' }

const { authorization, computer, user, name, permission } = KEYWORDS

/** The first words that a line may have. */
export const WORDS: WordMap<Word> = new WordMap<Word>([
  [authorization[0], { role: 'begin', block: 'authorization' }],
  [authorization[1], { role: 'end', block: 'authorization' }],
  [computer[0], { role: 'begin', block: 'computer' }],
  [computer[1], { role: 'end', block: 'computer' }],
  [user[0], { role: 'begin', block: 'user' }],
  [user[1], { role: 'end', block: 'user' }],
  [name, { role: 'name' }],
  [permission, { role: 'permission' }],
])
