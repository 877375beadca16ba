import { userInfo } from 'node:os'
import type { ActionRequest, InvocationRequest } from '@gatehouse/protocol'
import type { AgentConfig } from './config/model.ts'
import { exportSamples } from './export.ts'
import type { Origin } from './managed-system.ts'
import type { Reply } from './reply.ts'
import { openAgent, type LogOptions } from './start.ts'

/** Requests of whoever is logged in on the system itself; the only way in of advanced security mode. */
export interface LocalAgent {
  /** Decides an action and carries it out. */
  act(request: Omit<ActionRequest, 'user'>): Promise<Reply>
  /** Decides an invocation and carries it out. */
  invoke(request: Omit<InvocationRequest, 'user'>): Promise<Reply>
  /** Copies the collected data into an empty folder, if `data.transfer` is allowed. */
  exportTo(folder: string): Promise<Reply>
}

/** The peer address that a local request is decided by. */
const LOCAL_ADDRESS = '127.0.0.1'

/**
 * Opens an agent for local requests. Opens no socket and looks no name up.
 *
 * They are decided by the same files: as the user that runs this process, from 127.0.0.1. Answers
 * are always full, as that user reads the policy files with rights of its own.
 */
export async function openLocal(
  config: AgentConfig,
  options: LogOptions = {},
): Promise<LocalAgent> {
  const { system, store } = await openAgent({ ...config, answers: 'full' }, options)
  const user = userInfo().username
  const origin: Origin = { by: 'local', address: LOCAL_ADDRESS }
  return {
    act: (request) => system.act({ ...request, user }, origin),
    invoke: (request) => system.invoke({ ...request, user }, origin),
    exportTo: (folder) =>
      system.act({ user, action: 'data.transfer' }, origin, async () => ({
        folder,
        files: await exportSamples(store.samples, folder),
      })),
  }
}
