import { PATHS, type InvocationRequest } from '@gatehouse/protocol'
import { USER } from '../web-agent/agent-process.ts'
import type { Asked } from '../web-agent/asking.ts'

const INVOCATION: InvocationRequest = {
  user: USER,
  microagent: 'COM.TIBCO.hawk.microagent.SysInfo',
  method: 'getHostName',
  scope: 'point-to-point',
}

/** A call that starts no program: what a fork costs depends on the memory of the process. */
export const CALL: Asked = {
  target: PATHS.invocations,
  purpose: 'call',
  body: JSON.stringify(INVOCATION),
}
