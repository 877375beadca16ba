/** The request paths of the service daemon, each with the one method that it takes. */
export const PATHS = {
  /** `POST` an {@link ActionRequest}: an action of the BMC model. */
  actions: '/v1/actions',
  /** `POST` an {@link InvocationRequest}: a method of a Hawk microagent. */
  invocations: '/v1/invocations',
  /** `POST` an {@link OperationRequest}: a method of a Hawk microagent, packed by a security policy. */
  operations: '/v1/operations',
  /** `GET` a {@link StatementAnswer}: what the guards promise and what that rests on. */
  statement: '/v1/statement',
} as const
