/** The request paths of the service daemon and of the web agent, each with the one method that it takes. */
export const PATHS = {
  /** `POST` an {@link ActionRequest}: an action of the BMC model. */
  actions: '/v1/actions',
  /** `POST` an {@link InvocationRequest}: a method of a Hawk microagent. */
  invocations: '/v1/invocations',
  /** `POST` an {@link OperationRequest}: a method of a Hawk microagent, packed by a security policy. */
  operations: '/v1/operations',
  /** `GET` a {@link StatementAnswer}: what the guards promise and what that rests on. */
  statement: '/v1/statement',
  /** `POST` a {@link ValueRequest}, unsigned: asks for a single-use value. */
  values: '/v1/values',
  /** `POST` a {@link TaskRequest}, signed: runs a tool. */
  tasks: '/v1/tasks',
  /** `POST` a {@link LoginRequest}, signed: hands a person over. */
  logins: '/v1/logins',
} as const

/** Header field of the answer to a signed request: the value for the next one, so that it need not be asked for. */
export const NEXT_VALUE_HEADER = 'gatehouse-next-value'
