import { ConfigError } from '@gatehouse/core'
import { describeInvalid } from '@gatehouse/protocol'
import type { z } from 'zod'

/** Options that make up what a policy is asked, under their long names. */
export interface QuestionOptions {
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
  /** Address of the peer; toolboxes: that the user signed in from. */
  readonly address?: string
  /** BMC, TCP Wrappers: verified host name of the peer. */
  readonly name?: string
  /** BMC: the action. */
  readonly action?: string
  /** BMC: the caller started what it wants to stop. */
  readonly own?: boolean
  /** BMC: other users have requests running. */
  readonly others?: boolean
  /** TCP Wrappers: process name of the daemon. */
  readonly daemon?: string
  /** TCP Wrappers: address that the peer connected to. */
  readonly server?: string
  /** TCP Wrappers: port that the peer connected to. */
  readonly port?: string
  /** Toolboxes: groups of the user, separated by commas. */
  readonly groups?: string
  /** Toolboxes: name of the tool. */
  readonly tool?: string
  /** Toolboxes: systems to run the tool on, separated by commas. */
  readonly targets?: string
  /** Toolboxes: the system that is asked about. */
  readonly system?: string
  /** The whole question as JSON, instead of the other options. */
  readonly request?: string
}

/** One of {@link QuestionOptions}. */
export type QuestionOption = Exclude<keyof QuestionOptions, 'request'>

/** What a policy can be asked: a request, one without who asks, or who asks alone. */
export type Question = 'request' | 'operation' | 'caller'

/** How a question of one kind of policy is stated. */
export interface Form<Value> {
  /** The options that make it up. */
  readonly options: readonly QuestionOption[]
  /** What the options state, unchecked. */
  readonly fromOptions: (options: QuestionOptions) => unknown
  /** What it has to look like. */
  readonly schema: z.ZodType<Value>
}

/**
 * The question that a command line states.
 *
 * @param kind - Name of the kind of policy, for messages.
 * @returns Undefined when the command line states none at all.
 * @throws ConfigError when an option does not apply to the kind, or the question is incomplete.
 */
export function readQuestion<Value>(
  form: Form<Value>,
  options: QuestionOptions,
  kind: string,
): Value | undefined {
  const { request, ...single } = options
  const given = Object.keys(single) as QuestionOption[]
  if (request !== undefined) {
    if (given.length === 0) return checked(form, jsonOf(request), kind)
    throw new ConfigError(`\`--request\` and \`--${given[0]}\` exclude each other`)
  }
  if (given.length === 0) return undefined
  const foreign = given.find((option) => !form.options.includes(option))
  if (foreign === undefined) return checked(form, form.fromOptions(single), kind)
  const own = form.options.map((option) => `--${option}`).join(' ')
  throw new ConfigError(`\`--${foreign}\` does not apply to a ${kind} policy, which takes: ${own}`)
}

function checked<Value>(form: Form<Value>, candidate: unknown, kind: string): Value {
  const parsed = form.schema.safeParse(candidate)
  if (parsed.success) return parsed.data
  throw new ConfigError(`${kind} request: ${describeInvalid(parsed.error).message}`)
}

function jsonOf(request: string): unknown {
  try {
    return JSON.parse(request)
  } catch (cause) {
    throw new ConfigError('`--request` is not JSON', { cause })
  }
}

/** Names separated by commas; none of nothing. */
export function namesIn(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : text.split(',')
}
