import {
  ConfigError,
  type Decision,
  type Difference,
  type Expectation,
  type ExpectationResult,
  type Finding,
  type Reason,
  type SourceRef,
} from '@gatehouse/core'
import { describeInvalid } from '@gatehouse/protocol'
import type { z } from 'zod'

/** A reason together with its sentence; the form in which agents answer, too. */
export interface StatedReason {
  /** Code from the table of the package that decided. */
  readonly code: string
  /** Name of the guard that gave the reason, where several were asked. */
  readonly guard?: string | undefined
  /** What made the reason, such as a file and a line. */
  readonly source?: SourceRef | undefined
  /** Short values that the sentence holds, such as the level granted and the one needed. */
  readonly facts?: Readonly<Record<string, string>> | undefined
  /** The code in words; a system that keeps its policy to itself leaves it out. */
  readonly sentence?: string | undefined
}

/** A decision whose reasons carry their sentences. */
export interface StatedDecision {
  /** What the decision comes to. */
  readonly outcome: 'allow' | 'deny'
  /** The most specific reason first, never none. */
  readonly reasons: readonly StatedReason[]
}

/** A decision and what led to it. */
interface StatedExplanation extends StatedDecision {
  /** What led to the decision, one fact a line, for people. */
  readonly lines: readonly string[]
  /** The explanation as the model's package gives it, for programs. */
  readonly explanation: unknown
}

/** Options of the commands that ask a file, under their long names. */
export interface RequestOptions {
  /** User name, as claimed. */
  readonly user?: string
  /** Hawk: `name[:dns[:domain]]`. */
  readonly node?: string
  /** Hawk: a group operation. */
  readonly group?: boolean
  /** Hawk: full name, or the short one of a standard microagent. */
  readonly microagent?: string
  /** Hawk: name of the method. */
  readonly method?: string
  /** Hawk: impact of the method, as the agent's table has it. */
  readonly impact?: string
  /** BMC: address of the peer. */
  readonly address?: string
  /** BMC: verified host name of the peer. */
  readonly name?: string
  /** BMC: the action. */
  readonly action?: string
  /** BMC: the caller started what it wants to stop. */
  readonly own?: boolean
  /** BMC: other users have requests running. */
  readonly others?: boolean
  /** The whole request as JSON, instead of the other options. */
  readonly request?: string
}

/** What a reviewer should worry about, with its sentence. */
export interface StatedFinding extends Finding {
  /** The code in words with its facts, without the place. */
  readonly sentence: string
}

/** Requests that two files answer differently. */
export interface StatedDifference extends Difference<unknown, unknown> {
  /** Which requests, on one line for people. */
  readonly requests: string
}

/** One model: how its file is recognised, read, asked, reviewed and written. */
export interface Model<Policy extends object, Request> {
  /** Name of the kind, as `--kind` takes it. */
  readonly name: string
  /** Whether a file that starts with this line, blanks and comments aside, is of this kind. */
  readonly recognise: (firstLine: string) => boolean
  /** Reads the file. @throws ParseError with every error of the file. */
  readonly parse: (bytes: Uint8Array, options: { readonly file: string }) => Policy
  /** Decides one request. */
  readonly check: (policy: Policy, request: Request) => Decision
  /** Decides one request and says what led to it. */
  readonly explain: (policy: Policy, request: Request) => ModelExplanation
  /** The canonical text. */
  readonly format: (policy: Policy) => string
  /** What a reviewer should worry about. */
  readonly lint: (policy: Policy) => readonly StatedFinding[]
  /** The requests that two files answer differently: new access first. */
  readonly diff: (before: Policy, after: Policy) => readonly StatedDifference[]
  /** Whether the file answers as expected. @throws ParseError for fields that the kind does not have. */
  readonly test: (
    policy: Policy,
    expectations: readonly Expectation[],
  ) => readonly ExpectationResult[]
  /** The sentence of a reason, without its source. */
  readonly describe: (reason: Reason) => string
  /** The options that make up a request of this kind. */
  readonly options: readonly (keyof RequestOptions)[]
  /** The request that the options state, unchecked. */
  readonly fromOptions: (options: RequestOptions) => unknown
  /** What a request has to look like. */
  readonly request: z.ZodType<Request>
}

/** What a model says about one decision. */
interface ModelExplanation {
  readonly decision: Decision
  readonly lines: readonly string[]
  readonly explanation: unknown
}

/** A {@link Model} with its types closed over, as the table of kinds holds it. */
export interface FileKind extends Pick<
  Model<never, unknown>,
  'name' | 'recognise' | 'options' | 'fromOptions'
> {
  /** Reads the file. @throws ParseError with every error of the file. */
  readonly open: (bytes: Uint8Array, file: string) => OpenedFile
  /** Checks the form of a request. @throws ConfigError that names the first field at fault. */
  readonly readRequest: (candidate: unknown) => unknown
}

/** A file that was read without error. */
export interface OpenedFile {
  /** @param request - As `readRequest` of the kind returned it. */
  readonly check: (request: unknown) => StatedDecision
  /** @param request - As `readRequest` of the kind returned it. */
  readonly explain: (request: unknown) => StatedExplanation
  /** The canonical text. */
  readonly format: () => string
  /** What a reviewer should worry about. */
  readonly lint: () => readonly StatedFinding[]
  /** Whether the file answers as expected. @throws ParseError for fields that the kind does not have. */
  readonly test: (expectations: readonly Expectation[]) => readonly ExpectationResult[]
  /** What the file answers differently from an earlier one of the same kind. */
  readonly differencesFrom: (before: OpenedFile) => readonly StatedDifference[]
}

/** Makes an entry of the table of kinds. */
export function fileKind<Policy extends object, Request>(model: Model<Policy, Request>): FileKind {
  const policies = new WeakMap<OpenedFile, Policy>()
  const { name, recognise, options, fromOptions } = model
  const state = (decision: Decision): StatedDecision => ({
    outcome: decision.outcome,
    reasons: decision.reasons.map((reason) => ({
      ...reason,
      sentence: model.describe(reason),
    })),
  })
  return {
    name,
    recognise,
    options,
    fromOptions,
    open: (bytes, file) => {
      const policy = model.parse(bytes, { file })
      const opened: OpenedFile = {
        check: (request) => state(model.check(policy, request as Request)),
        explain: (request) => {
          const { decision, lines, explanation } = model.explain(policy, request as Request)
          return { ...state(decision), lines, explanation }
        },
        format: () => model.format(policy),
        lint: () => model.lint(policy),
        test: (expectations) => model.test(policy, expectations),
        differencesFrom: (before) => {
          const earlier = policies.get(before)
          if (earlier === undefined) throw new ConfigError(`both files have to be ${name} files`)
          return model.diff(earlier, policy)
        },
      }
      policies.set(opened, policy)
      return opened
    },
    readRequest: (candidate) => {
      const parsed = model.request.safeParse(candidate)
      if (parsed.success) return parsed.data
      throw new ConfigError(`${name} request: ${describeInvalid(parsed.error).message}`)
    },
  }
}
