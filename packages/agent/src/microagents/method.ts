import type { AgentNode, Impact } from '@gatehouse/hawk-trusted'
import type { PolicyDescription } from '@gatehouse/hawk-trusted/plug-in'
import { describeInvalid, type ArgumentValue } from '@gatehouse/protocol'
import { z } from 'zod'
import { Failure } from '../failure.ts'
import type { Store } from '../store.ts'
import type { ToolTable } from '../tools/table.ts'

/** What the methods of microagents work on. */
export interface Host {
  /** Identity of the agent. */
  readonly node: AgentNode
  /** Instant at which it started, in milliseconds since 1970. */
  readonly startedAt: number
  readonly store: Store
  /** Every program that the agent may run. */
  readonly tools: ToolTable
  /** Folders that FileStat may look into. */
  readonly fileStatRoots: readonly string[]
  /** Folders that Logfile may read in. */
  readonly logfileRoots: readonly string[]
  /** Every microagent of the agent. */
  readonly microagents: ReadonlyMap<string, Microagent>
  /** The security policies that decide packed operations; nothing where none are taken. */
  readonly securityPolicies: readonly PolicyDescription[] | undefined
}

/** One method of a microagent. */
export interface Method {
  /** What it does to the system; the guard decides by this and never by what a request says. */
  readonly impact: Impact
  /** One sentence for people. */
  readonly description: string
  /** Names of its arguments. */
  readonly parameters: readonly string[]
  /**
   * Carries it out and gives its result. Only after a guard allowed it.
   *
   * @throws Failure with `invalid-arguments` when the arguments do not fit.
   */
  call(args: Readonly<Record<string, ArgumentValue>>, host: Host): Promise<unknown>
}

/** One microagent. */
export interface Microagent {
  /** One sentence for people. */
  readonly description: string
  /** Its methods by name. */
  readonly methods: ReadonlyMap<string, Method>
}

/** How a method is written down; the type of its arguments follows from their schemas. */
export interface MethodOptions<Shape extends z.ZodRawShape> {
  readonly impact: Impact
  readonly description: string
  /** Schema of each argument by name. */
  readonly arguments: Shape
  readonly run: (args: z.output<z.ZodObject<Shape, z.core.$strict>>, host: Host) => unknown
}

/** Makes a method. Arguments that its schemas do not name are refused. */
export function method<Shape extends z.ZodRawShape>(options: MethodOptions<Shape>): Method {
  const { impact, description, run } = options
  const schema = z.strictObject(options.arguments)
  return {
    impact,
    description,
    parameters: Object.keys(options.arguments),
    call: async (args, host) => {
      const parsed = schema.safeParse(args)
      if (parsed.success) return run(parsed.data, host)
      const { field, message } = describeInvalid(parsed.error)
      throw new Failure('invalid-arguments', { message, field: `arguments.${field}` })
    },
  }
}

/** Makes a microagent of its methods. */
export function microagent(
  description: string,
  methods: Readonly<Record<string, Method>>,
): Microagent {
  return { description, methods: new Map(Object.entries(methods)) }
}

/** Schema of an argument that becomes a file name or a key. */
export const nameArgument: z.ZodType<string> = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/)

/** Schema of a whole number, which a command line gives as text. */
export function integerArgument(least: number, most: number): z.ZodType<number> {
  const text = z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
  return z.union([z.number(), text]).pipe(z.int().min(least).max(most))
}
