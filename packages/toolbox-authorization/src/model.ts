import type { Claimed, LineSource, Verified } from '@gatehouse/core'

/** How much of the management server a user may configure: `none` below `limited` below `full`. */
export type ConfigRight = 'none' | 'limited' | 'full'

/** What an authorization is given to: a user, or a group of users of the operating system. */
export type PrincipalKind = 'user' | 'user-group'

/** The five kinds of tool definition. */
export type ToolType = 'ssa' | 'msa' | 'web-launch' | 'automation' | 'app-launch'

/** What a tool may do to the Web agent of a managed system, the least first. */
export type AgentLevel = 'user' | 'operator' | 'administrator'

/** Something that a file defines by name. */
export interface Entry {
  /** As written. */
  readonly name: string
  /** Where its definition begins; for built-in toolboxes and template copies, the name of what made it. */
  readonly source: LineSource
  /** Comments that stand before it in the file, without `<!--` and `-->`. */
  readonly comments: readonly string[]
}

/** An `attribute` element: a note that nothing is decided by. */
export interface Note {
  /** Its name. */
  readonly name: string
  /** Its value. */
  readonly value: string
}

/** A user or a user group. */
export interface Account extends Entry {
  /** Which of the two. */
  readonly kind: PrincipalKind
  /** Identifier that the vendor's programs give; nothing is decided by it. */
  readonly guid: string | null
  /** For people. */
  readonly description: string | null
  /** `limited` unless the file says otherwise. */
  readonly configRight: ConfigRight
  /** Ranges that sign-in is limited to, canonical; none: anywhere that is not excluded. */
  readonly included: readonly string[]
  /** Ranges that may not sign in, canonical. */
  readonly excluded: readonly string[]
}

/** A named set of tools. Which tools it holds stands in their definitions. */
export interface Toolbox extends Entry {
  /** Identifier that the vendor's programs give. */
  readonly guid: string | null
  /** A disabled toolbox authorizes nothing. */
  readonly enabled: boolean
  /** For people. */
  readonly description: string | null
  /** `attribute` elements. */
  readonly notes: readonly Note[]
  /** Whether it exists without being defined, and is not defined by the file. */
  readonly builtIn: boolean
}

/** A managed system. The management server is one of them. */
export interface System extends Entry {
  /** Identifier that the vendor's programs give. */
  readonly guid: string | null
}

/** A named set of systems; sets may overlap. */
export interface SystemGroup extends Entry {
  /** Identifier that the vendor's programs give. */
  readonly guid: string | null
  /** For people. */
  readonly description: string | null
  /** Names of its systems as their definitions write them, each once. */
  readonly members: readonly string[]
  /** `attribute` elements. */
  readonly notes: readonly Note[]
}

/** What a tool runs on when a request names no target; a list of systems, or none, which refuses such a request. */
export type DefaultTarget = 'all' | 'cms' | 'none' | readonly string[]

/** A tool definition. */
export interface Tool extends Entry {
  /** Kind of the definition. */
  readonly type: ToolType
  /** Identifier that the vendor's programs give. */
  readonly guid: string | null
  /** For people. */
  readonly category: string | null
  /** For people. */
  readonly description: string | null
  /** For people. */
  readonly comment: string | null
  /** The user who added it. While it is set, only All Tools authorizes the tool. */
  readonly owner: string | null
  /** Targets of a request that names none. */
  readonly defaultTarget: DefaultTarget
  /** The account that it runs as, whoever asked; `null`: the user who asked. */
  readonly executeAsUser: string | null
  /** Class that shows its results; nothing is decided by it. */
  readonly jobDisplayHandler: string | null
  /** While `false`, only All Tools authorizes the tool. Default `true`. */
  readonly toolboxEnabled: boolean
  /** Toolboxes that its definition names; All Tools holds every tool and is not listed. */
  readonly toolboxes: readonly string[]
  /** Whether menus show it. Nothing is decided by it: hiding is not refusing. Default `true`. */
  readonly visible: boolean
  /** Most targets of one run; `null`: no limit. */
  readonly maxTargets: number | null
  /** Revision of the definition. */
  readonly revision: string | null
  /** Whether a run leaves an entry in the list of jobs. Default `true`. */
  readonly jobLog: boolean
  /** Whether it may be scheduled. Default `true`. */
  readonly schedulable: boolean
  /** Whether a request may name targets. Default `true`. */
  readonly acceptsTargets: boolean
  /** Whether it acts on the management server itself, beside its targets. Default `false`. */
  readonly actsOnCms: boolean
  /** Level of secure tasks on Web agents that the definition says it needs. */
  readonly secureTask: AgentLevel | null
  /** Whether the output of its command goes to the audit log. The summary always does. Default `true`. */
  readonly logsOutput: boolean
  /** Filters, environment and blocks as the file writes them. Nothing is decided by them. */
  readonly definition: readonly string[]
  /** `attribute` elements. */
  readonly notes: readonly Note[]
}

/** What an authorization is for. */
export interface Scope {
  /** A system, or a group of systems. */
  readonly kind: 'system' | 'group'
  /** Its name. */
  readonly name: string
}

/** Who an authorization is given to. */
export interface Principal {
  /** A user, or a user group. */
  readonly kind: PrincipalKind
  /** Its name. */
  readonly name: string
}

/** One authorization: who, by which toolbox, where. There is none that takes away. */
export interface Authorization {
  /** Who. */
  readonly principal: Principal
  /** By which toolbox. */
  readonly toolbox: string
  /** Where. */
  readonly scope: Scope
  /** Whether the group follows its collection by itself; `null`: the file does not say. Nothing is decided by it. */
  readonly update: 'auto' | 'manual' | null
  /** Line that gives it. */
  readonly source: LineSource
  /** Comments that stand before it. */
  readonly comments: readonly string[]
}

/** Users, toolboxes, tools, systems and authorizations of one management server, frozen. */
export interface State {
  /** Name of the management server, which is one of the systems. */
  readonly cms: string
  /** Users in the order of their file. */
  readonly users: readonly Account[]
  /** User groups in the order of their file. */
  readonly userGroups: readonly Account[]
  /** Built-in toolboxes, then the others in the order of their file. */
  readonly toolboxes: readonly Toolbox[]
  /** Tools in the order of their file. */
  readonly tools: readonly Tool[]
  /** Systems in the order of their file. */
  readonly systems: readonly System[]
  /** Groups of systems in the order of their file. */
  readonly groups: readonly SystemGroup[]
  /** Authorizations in the order of their file, each once, wildcards resolved. Made when asked for: hold the list while it is needed. */
  readonly authorizations: readonly Authorization[]
  /** Comments at the end of a file, by the kind of the file. */
  readonly trailingComments: Readonly<Partial<Record<FileKind, readonly string[]>>>
  /** Label of each file that was given. */
  readonly files: Readonly<Partial<Record<FileKind, string>>>
  /** Wildcards of the authorizations, which were resolved to what was configured at that moment. */
  readonly wildcards: readonly LineSource[]
}

/** The files of a state. */
export type FileKind =
  'users' | 'userGroups' | 'toolboxes' | 'tools' | 'systems' | 'groups' | 'authorizations'

/** Who asks. */
export interface Caller {
  /** User name. What it is worth is what its type says. */
  readonly user: Claimed<string> | Verified<string>
  /** Groups of the operating system that the user was in at sign-in. Those that the state does not know count for nothing. */
  readonly groups: readonly string[]
  /** Address that the user signed in from; without it, a caller with sign-in ranges is refused. */
  readonly signInAddress?: string
}

/** The wish to run a tool. */
export interface Request extends Caller {
  /** Name of the tool. */
  readonly tool: string
  /** Names of the systems; none: what the tool's definition says. */
  readonly targets: readonly string[]
}
