import type { Call } from '@gatehouse/console'

/** What a step is expected to come to, so that a change of behaviour does not pass unseen. */
export interface Expectation {
  readonly outcome: 'allow' | 'deny'
  /** Code of the most specific reason. */
  readonly code: string
}

/** One request of the first run. */
export interface Step {
  /** Names of systems separated by commas, or `all`. */
  readonly systems: string
  /** Address to send from; absent: the one that the operating system takes. */
  readonly from?: string
  readonly call: Call
  /** What is special about the request; says nothing of the answer. */
  readonly remark: string
  /** One for each system, in order. Compared with the answers, never printed instead of them. */
  readonly expect: readonly Expectation[]
}

const OPERATIONS = '127.0.0.1'
const ANOTHER_PEER = '127.0.0.9'
const SIXTH_VERSION = '::1'

/** The dozen. The first three belong together: a collection is stopped by another, then by its owner. */
export const STEPS: readonly Step[] = [
  {
    systems: 'web01',
    from: OPERATIONS,
    call: { user: 'alice', action: 'collect.start', target: 'nightly' },
    remark: 'from a subnet with MODIFY',
    expect: [{ outcome: 'allow', code: 'level-suffices' }],
  },
  {
    systems: 'web01',
    from: ANOTHER_PEER,
    call: { user: 'bob', action: 'collect.stop', target: 'nightly' },
    remark: 'which alice started',
    expect: [{ outcome: 'deny', code: 'level-too-low' }],
  },
  {
    systems: 'web01',
    from: OPERATIONS,
    call: { user: 'alice', action: 'collect.stop', target: 'nightly' },
    remark: 'which she started herself',
    expect: [{ outcome: 'allow', code: 'level-suffices' }],
  },
  {
    systems: 'db01',
    from: ANOTHER_PEER,
    call: { user: 'bob', action: 'collect.query' },
    remark: 'with level NONE',
    expect: [{ outcome: 'allow', code: 'level-suffices' }],
  },
  {
    systems: 'db01',
    from: ANOTHER_PEER,
    call: { user: 'bob', action: 'chart' },
    remark: 'with level NONE',
    expect: [{ outcome: 'deny', code: 'level-too-low' }],
  },
  {
    systems: 'lab01',
    from: SIXTH_VERSION,
    call: { user: 'anybody', action: 'collect.start' },
    remark: 'under the policy as shipped',
    expect: [{ outcome: 'allow', code: 'level-suffices' }],
  },
  {
    systems: 'db01',
    from: OPERATIONS,
    call: invoke('support', 'SysInfo', 'getOperatingSystem'),
    remark: 'a method that reads',
    expect: [{ outcome: 'allow', code: 'granted' }],
  },
  {
    systems: 'db01',
    from: OPERATIONS,
    call: invoke('support', 'Custom', 'execute'),
    remark: 'a method that acts',
    expect: [{ outcome: 'deny', code: 'impact-not-granted' }],
  },
  {
    systems: 'db01',
    from: OPERATIONS,
    call: invoke('oper', 'Custom', 'execute'),
    remark: 'which starts a program',
    expect: [{ outcome: 'deny', code: 'restricted' }],
  },
  {
    systems: 'db01',
    from: ANOTHER_PEER,
    call: invoke('guest', 'SysInfo', 'getHostName'),
    remark: 'a user without a line',
    expect: [{ outcome: 'deny', code: 'user-not-listed' }],
  },
  {
    systems: 'db01',
    from: OPERATIONS,
    call: invoke('oper', 'SysInfo', 'shutDown'),
    remark: 'which there is not',
    expect: [{ outcome: 'deny', code: 'unknown-method' }],
  },
  {
    systems: 'all',
    call: { ...invoke('support', 'SysInfo', 'getHostName'), scope: 'group' },
    remark: 'each decides',
    expect: [
      { outcome: 'allow', code: 'granted' },
      { outcome: 'deny', code: 'group-not-granted' },
      { outcome: 'deny', code: 'policy-malformed' },
    ],
  },
]

function invoke(user: string, microagent: string, method: string): Call {
  const name = `COM.TIBCO.hawk.microagent.${microagent}`
  return { user, microagent: name, method, scope: 'point-to-point' }
}
