import { SaltSequence } from '../message/index.ts'

let sequence: SaltSequence | undefined

/** The one sequence of salts of this process: two could give the same salt under the same key. */
export function salts(): SaltSequence {
  sequence ??= new SaltSequence()
  return sequence
}
