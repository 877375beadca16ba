import type { Question, RuleTable } from './rule-table.ts'

/** One of our packages, with generated rules and requests to measure it by. */
export interface Model<Request> {
  /** Name of the package. */
  readonly name: string
  /** What is counted as a rule, such as `lines`. */
  readonly unit: string
  /** Name of the function that is measured. */
  readonly subject: string
  /** Makes rules and requests, the same ones for the same size. */
  readonly generate: (size: number) => Game<Request>
}

/** Rules of one size. */
export interface Game<Request> {
  /** Reads the rules as our package does, from their text. */
  readonly load: () => (request: Request) => boolean
  /** Makes requests, each as a line of JSON: what is read from it has strings of its own. */
  readonly requests: (count: number) => string[]
  /** The rules as peers get them. */
  readonly table: () => RuleTable
  /** What peers are asked for a request: all have to be allowed. */
  readonly questions: (request: Request) => readonly Question[]
}
