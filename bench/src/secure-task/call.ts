import { PATHS, type InvocationRequest } from '@gatehouse/protocol'
import { USER } from '../web-agent/agent-process.ts'
import type { Asked } from '../web-agent/asking.ts'

const INVOCATION: InvocationRequest = {
  user: USER,
  microagent: 'COM.TIBCO.hawk.microagent.Custom',
  method: 'execute',
  scope: 'point-to-point',
  arguments: { command: 'true' },
}

/** The call of a program that does nothing, as a daemon takes it. */
export const CALL: Asked = {
  target: PATHS.invocations,
  purpose: 'call',
  body: JSON.stringify(INVOCATION),
}
