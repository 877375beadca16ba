import {
  ConfigError,
  type Decision,
  type Expectation,
  type ExpectationResult,
  type Reason,
} from '@gatehouse/core'
import type { FileHead, FileRole, PolicyTexts, Recognition } from './policy-texts.ts'
import { readQuestion, type Form, type Question, type QuestionOptions } from './questions.ts'
import type {
  Account,
  FormattedFile,
  StatedAnswer,
  StatedDecision,
  StatedDifference,
  StatedFinding,
} from './stated.ts'

/** How the files of a policy are read. */
export interface ReadSettings {
  /** Characters that the files may hold. Default `ascii`. */
  readonly encoding?: 'ascii' | 'utf-8'
  /** TCP Wrappers: `strict` or `libwrap`. Default `strict`. */
  readonly profile?: 'strict' | 'libwrap'
  /** Toolboxes: name of the management server. */
  readonly cms?: string
}

/** One model: how its files are recognised, read, asked, reviewed and written. */
export interface Model<Policy extends object, Request, Operation, Caller> {
  /** Name of the kind, as `--kind` takes it. */
  readonly name: string
  /** The files of a policy. */
  readonly roles: readonly FileRole[]
  /** Settings that apply, `encoding` aside. */
  readonly settings: readonly Exclude<keyof ReadSettings, 'encoding'>[]
  /** Whether a file is of this kind; `undefined`: it is not. */
  readonly recognise: (head: FileHead) => Recognition | undefined
  /** Reads the files. @throws ParseError with every error of all files. */
  readonly parse: (texts: PolicyTexts, settings: ReadSettings) => Policy
  /** How requests, operations and callers are stated. */
  readonly questions: {
    readonly request: Form<Request>
    readonly operation: Form<Operation>
    readonly caller: Form<Caller>
  }
  /** Decides one request. */
  readonly check: (policy: Policy, request: Request) => Decision
  /** Decides one request and says what led to it. */
  readonly explain: (
    policy: Policy,
    request: Request,
    texts: PolicyTexts,
  ) => Account & { readonly decision: Decision }
  /** Who may carry an operation out. @throws ConfigError for what nobody could ask. */
  readonly whoCan: (policy: Policy, operation: Operation) => StatedAnswer
  /** What a caller may do. @throws ConfigError for who could not ask. */
  readonly whatCan: (policy: Policy, caller: Caller) => StatedAnswer
  /** The canonical text of each file that was given. */
  readonly format: (policy: Policy, texts: PolicyTexts) => readonly FormattedFile[]
  /** What a reviewer should worry about. */
  readonly lint: (policy: Policy) => readonly StatedFinding[]
  /** The requests that two policies answer differently. */
  readonly diff: (before: Policy, after: Policy) => readonly StatedDifference[]
  /** What `diff` does not compare, if anything. */
  readonly notCompared?: string
  /** Whether the policy answers as expected. @throws ParseError for fields that the kind does not have. */
  readonly test: (
    policy: Policy,
    expectations: readonly Expectation[],
  ) => readonly ExpectationResult[]
  /** The sentence of a reason, without its source. */
  readonly describe: (reason: Reason) => string
}

/** A {@link Model} with its types closed over, as the table of kinds holds it. */
export interface FileKind extends Pick<
  Model<never, unknown, unknown, unknown>,
  'name' | 'roles' | 'settings' | 'recognise' | 'notCompared'
> {
  /** Options that the questions are made of. */
  readonly questions: Readonly<Record<Question, Pick<Form<unknown>, 'options'>>>
  /** Reads the files. @throws ParseError with every error of all files. */
  readonly open: (texts: PolicyTexts, settings: ReadSettings) => OpenedPolicy
  /** What a command line asks; `undefined`: nothing. @throws ConfigError when it is no question. */
  readonly read: (question: Question, options: QuestionOptions) => unknown
}

/** A policy whose files were read without error. What is asked is as `read` of its kind returned it. */
export interface OpenedPolicy {
  readonly check: (request: unknown) => StatedDecision
  readonly explain: (request: unknown) => StatedDecision & Account
  readonly whoCan: (operation: unknown) => StatedAnswer
  readonly whatCan: (caller: unknown) => StatedAnswer
  /** The canonical text of each file that was given. */
  readonly format: () => readonly FormattedFile[]
  /** What a reviewer should worry about. */
  readonly lint: () => readonly StatedFinding[]
  /** Whether the policy answers as expected. @throws ParseError for fields that the kind does not have. */
  readonly test: (expectations: readonly Expectation[]) => readonly ExpectationResult[]
  /** What the policy answers differently from an earlier one of the same kind: new access first. */
  readonly differencesFrom: (before: OpenedPolicy) => readonly StatedDifference[]
}

function opens({ after }: StatedDifference): boolean {
  return after.outcome === 'allow'
}

/** Makes an entry of the table of kinds. */
export function fileKind<Policy extends object, Request, Operation, Caller>(
  model: Model<Policy, Request, Operation, Caller>,
): FileKind {
  const policies = new WeakMap<OpenedPolicy, Policy>()
  const { name, questions } = model
  const state = (decision: Decision): StatedDecision => ({
    outcome: decision.outcome,
    reasons: decision.reasons.map((reason) => ({ ...reason, sentence: model.describe(reason) })),
  })
  const differences = (before: Policy, after: Policy): StatedDifference[] => {
    const all = model.diff(before, after)
    return [...all.filter(opens), ...all.filter((difference) => !opens(difference))]
  }
  return {
    ...model,
    open: (texts, settings) => {
      const policy = model.parse(texts, settings)
      const opened: OpenedPolicy = {
        check: (request) => state(model.check(policy, request as Request)),
        explain: (request) => {
          const { decision, ...account } = model.explain(policy, request as Request, texts)
          return { ...state(decision), ...account }
        },
        whoCan: (operation) => model.whoCan(policy, operation as Operation),
        whatCan: (caller) => model.whatCan(policy, caller as Caller),
        format: () => model.format(policy, texts),
        lint: () => model.lint(policy),
        test: (expectations) => model.test(policy, expectations),
        differencesFrom: (before) => {
          const earlier = policies.get(before)
          if (earlier !== undefined) return differences(earlier, policy)
          throw new ConfigError(`both policies have to be ${name} policies`)
        },
      }
      policies.set(opened, policy)
      return opened
    },
    read: (question, options) => readQuestion<unknown>(questions[question], options, name),
  }
}

const NOT_ASKED = new Set(['request-malformed', 'unknown-action', 'tool-unknown', 'system-unknown'])

/**
 * Refuses a question that the model cannot be asked, so that `nobody` is never the answer to a slip.
 *
 * @param probe - What the model decides on a request that asks it.
 * @throws ConfigError with the sentence of the reason.
 */
export function demandAskable(probe: Decision, describe: (reason: Reason) => string): void {
  const [reason] = probe.reasons
  if (!NOT_ASKED.has(reason.code)) return
  const { source } = reason
  const field = source !== undefined && 'request' in source ? ` (\`${source.request}\`)` : ''
  throw new ConfigError(`${reason.code}: ${describe({ ...reason })}${field}`)
}
