import { ConfigError } from '@gatehouse/core'
import type { AgentControl } from '../actions/control.ts'
import type { AgentConfig } from '../config/model.ts'
import type { Log } from '../log.ts'
import type { ManagedSystem } from '../managed-system.ts'
import type { Sampler } from '../sampler.ts'
import type { Owner } from '../store.ts'
import type { SignedReceiver } from '../web-agent/parts.ts'
import { createAgentApp } from './agent.ts'
import { SenderDesk } from './sender-desk.ts'
import { createFindCaller } from './daemon-callers.ts'
import { createDaemonApp } from './daemon.ts'
import { Gate, type Admits } from './gate.ts'
import { bind, openListener, type Listener } from './http.ts'
import type { ConnectionLimits } from './limits.ts'
import { createToken } from './token.ts'
import type { OnRefused, Transport } from './transport.ts'

/** The agent listens here and nowhere else, whatever the daemon's address is. */
const AGENT_ADDRESS = '127.0.0.1'

/** What the listeners of one managed system stand on. */
export interface BasicParts {
  readonly config: AgentConfig
  readonly system: ManagedSystem
  /** Gathers while the agent runs. */
  readonly sampler: Sampler
  /** Decides who may connect to the daemon. Default: everybody. */
  readonly admits: Admits | undefined
  /** TLS of the daemon. Default: it speaks plain HTTP. */
  readonly transport: Transport | undefined
  /** Takes signed requests, where the daemon takes no others. Default: they need not be signed. */
  readonly receiver?: SignedReceiver | undefined
  /** Hears of clients that the transport refuses. */
  readonly onRefused: OnRefused
  readonly limits: ConnectionLimits
  readonly log: Log
}

/** A service daemon and the agent behind it. */
export interface BasicListeners {
  /** Where the daemon listens. */
  readonly daemon: Pick<Listener, 'address' | 'port'>
  /** Where plain HTTP is sent to HTTPS; nothing where it is not. */
  readonly redirect: Pick<Listener, 'address' | 'port'> | undefined
  /** Where the agent listens; nothing while it does not. */
  readonly agent: Pick<Listener, 'address' | 'port'> | undefined
  /** Closes all; ends when open requests have been answered. */
  close(): Promise<void>
}

/** The agent behind the daemon: up or down, and who started it. */
class AgentLife implements AgentControl {
  readonly #open: (control: AgentControl) => Promise<Listener>
  readonly #sampler: Sampler
  #listener: Listener | undefined
  #startedBy: Owner | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(open: (control: AgentControl) => Promise<Listener>, sampler: Sampler) {
    this.#open = open
    this.#sampler = sampler
  }

  get listener(): Listener | undefined {
    return this.#listener
  }

  get running(): boolean {
    return this.#listener !== undefined
  }

  get startedBy(): Owner | undefined {
    return this.#startedBy
  }

  start(by?: Owner): Promise<boolean> {
    const turn = this.#turn.then(async () => {
      if (this.#listener !== undefined) return false
      this.#listener = await this.#open(this)
      this.#startedBy = by
      this.#sampler.start()
      return true
    })
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  stop(): void {
    void this.close()
  }

  /** As {@link stop}; ends when the port is free again. */
  close(): Promise<void> {
    const turn = this.#turn.then(async () => {
      const listener = this.#listener
      this.#listener = undefined
      this.#startedBy = undefined
      await Promise.all([listener?.close(), this.#sampler.stop()])
    })
    this.#turn = turn
    return turn
  }
}

/**
 * Starts the agent and its service daemon.
 *
 * @throws {@link ConfigError} when an address cannot be listened on.
 */
export async function openBasicListeners(parts: BasicParts): Promise<BasicListeners> {
  const { config, system, sampler, admits, transport, receiver, onRefused, limits, log } = parts
  const token = createToken()
  const desk = new SenderDesk()
  const life = new AgentLife(
    (control) =>
      openListener(
        createAgentApp({ system, token, control, desk, limits, log }),
        { address: AGENT_ADDRESS, port: config.listen.agentPort },
        limits,
      ),
    sampler,
  )
  const { address, daemonPort: port } = config.listen
  const agentAddress = () => life.listener
  const app = createDaemonApp({
    system,
    token,
    control: life,
    agentAddress,
    desk,
    transport: transport?.guard,
    findCaller: createFindCaller(config.callers, receiver),
    receiver,
    onRefused,
    limits,
    log,
  })
  const createGate = () => admits && new Gate({ admits, limits, log })
  const open: Listener[] = []
  const close = async (): Promise<void> => {
    await Promise.all(open.map((listener) => listener.close()))
    await life.close()
  }
  try {
    await life.start()
    const protection = { gate: createGate(), transport, onRefused }
    const daemon = await openListener(app, { address, port }, limits, protection)
    open.push(daemon)
    const redirectPort = config.tls?.redirectPort
    let redirect: Listener | undefined
    if (transport !== undefined && redirectPort !== undefined) {
      const server = transport.createRedirect(() => daemon.port)
      redirect = await bind(server, { address, port: redirectPort }, limits, createGate())
      open.push(redirect)
    }
    return {
      daemon,
      redirect,
      get agent() {
        return life.listener
      },
      close,
    }
  } catch (cause) {
    await close()
    const { message } = cause as Error
    throw new ConfigError(`cannot listen: ${message}`, { cause })
  }
}
