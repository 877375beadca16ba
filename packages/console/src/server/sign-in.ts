import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { GatehouseError } from '@gatehouse/core'
import type { PassedLevel } from '@gatehouse/protocol'
import { LEVELS } from '@gatehouse/signed-request'
import { WEB_AGENT_TOOLS, type State } from '@gatehouse/toolbox-authorization'
import { decideTool, type Operator, type Permission } from '../exec/operator.ts'
import { authorityOf } from '../host-names.ts'
import { sendLogin, webAgentClient, type LoginResult } from '../signed-client/web-agent.ts'
import type { SignedSystem, System } from '../systems.ts'

/** Path of the form that signs a person in to a system. */
export const SIGN_IN_PATH = '/sign-in'

/** What the page offers to the person who looks at it. */
export type Offers =
  | {
      /** Why it offers nothing: nobody was named at the start, somebody else looks, the files have errors. */
      readonly state: 'no-operator' | 'not-the-operator' | 'files-unusable'
      /** What is wrong with the files. Unescaped. */
      readonly message?: string
    }
  | {
      /** The page offers to sign in. */
      readonly state: 'open'
      /** Name of the person in the files. Unescaped. */
      readonly user: string
      /** Proves that a form comes from this page. */
      readonly key: string
      /** Levels that each system offers, by its name; systems without any are left out. */
      readonly levels: ReadonlyMap<string, readonly PassedLevel[]>
    }

/** What a form of the page asks for. */
export interface SignInForm {
  readonly system: string
  readonly level: PassedLevel
}

/** Most systems of a page that have buttons: each adds its place to a header field of the answer. */
const MAX_OFFERED = 200

/** Longest time that a person waits for a system, in milliseconds. */
const LOGIN_TIMEOUT_MS = 20_000

/** How the person who started a console signs in to systems from its page. */
export class SignIn {
  /** Shown to the person who started the console, and nobody else on this machine. */
  readonly key: string = randomBytes(32).toString('base64url')
  readonly #operator: Operator

  constructor(operator: Operator) {
    this.#operator = operator
  }

  /** Name of the person in the files. Unescaped. */
  get user(): string {
    return this.#operator.user
  }

  /** Whether somebody knows the key. */
  isOperator(key: string | undefined): boolean {
    const given = Buffer.from(key ?? '')
    const own = Buffer.from(this.key)
    return given.length === own.length && timingSafeEqual(given, own)
  }

  /** What the operator may, by the files as they are now. */
  async offers(systems: readonly System[]): Promise<Offers> {
    const read = await this.#read()
    if ('message' in read) return { state: 'files-unusable', message: read.message }
    const offered = systems.filter(isSigned).flatMap((system) => {
      const able = LEVELS.filter(
        (level) => this.#decide(read.state, system, level).outcome === 'allow',
      )
      return able.length === 0 ? [] : [[system.name, able] as const]
    })
    const levels = new Map(offered.slice(0, MAX_OFFERED))
    return { state: 'open', user: this.user, key: this.key, levels }
  }

  /** Whether the operator may sign in to a system at a level. Nothing is sent. */
  async permit(system: SignedSystem, level: PassedLevel): Promise<Permission> {
    return this.#decide(await this.#operator.state(), system, level)
  }

  /** Has a system let the operator in. Never rejects, but for a key that cannot sign. */
  async send(system: SignedSystem, level: PassedLevel): Promise<LoginResult> {
    const { name, address, webAgent } = system
    const client = webAgentClient(system, { timeoutMs: LOGIN_TIMEOUT_MS })
    try {
      const failure = await client.connect()
      if (failure !== undefined) return { system: name, failure }
      // Over the same way the system sees the browser of this machine as it sees the console.
      const isSameWay = webAgent.linkHost === address && client.from !== undefined
      return await sendLogin(client, name, {
        user: this.user,
        level,
        target: name,
        ...(isSameWay && { browserAddress: client.from }),
      })
    } finally {
      client.close()
    }
  }

  #decide(state: State, { name }: SignedSystem, level: PassedLevel): Permission {
    const tool = TOOL_FOR[level]
    return decideTool(state, this.#operator.user, { tool, targets: [name], use: 'single-login' })
  }

  async #read(): Promise<{ readonly state: State } | { readonly message: string }> {
    try {
      return { state: await this.#operator.state() }
    } catch (error) {
      const { code, message } = error as GatehouseError
      if (code === 'ERR_CONFIG' || code === 'ERR_PARSE' || code === 'ERR_LIMIT') return { message }
      throw error
    }
  }
}

/** Whether a system has a web agent that links lead to. */
export function isSigned(system: System): system is SignedSystem {
  return system.webAgent?.linkHost !== undefined
}

/** The vendor's tools that sign a person in, by level. */
const TOOL_FOR = Object.fromEntries(
  [...WEB_AGENT_TOOLS].flatMap(([name, { kind, level }]) =>
    kind === 'single-login' ? [[level, name]] : [],
  ),
) as Record<PassedLevel, string>

/** Origin of the pages of a system, such as `https://web01.example.com:2381`. */
export function originOf({ webAgent: { linkHost = '', port } }: SignedSystem): string {
  return `https://${authorityOf(linkHost, port, 443)}`
}

/** What a form asks for; undefined for a form of another page. */
export function readForm(text: string): (SignInForm & { readonly key: string }) | undefined {
  const form = new URLSearchParams(text)
  const [system, ...systems] = form.getAll('system')
  const [level, ...levels] = form.getAll('level')
  const [key, ...keys] = form.getAll('key')
  const known = LEVELS.find((one) => one === level)
  const isWhole = [...systems, ...levels, ...keys].length === 0 && form.size === 3
  if (!isWhole || system === undefined || key === undefined || known === undefined) return undefined
  return { system, level: known, key }
}
