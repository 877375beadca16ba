import type { Model } from '../model.ts'
import { bmcAuthorization } from './bmc-authorization.ts'
import { hawkTrusted } from './hawk-trusted.ts'
import { tcpWrappers } from './tcp-wrappers.ts'
import { toolboxAuthorization } from './toolbox-authorization.ts'

/** Something to do with a model, whatever its requests are. */
export type WithModel<Result> = <Request>(model: Model<Request>) => Result

/** Does something with each of our models, by name. */
export const MODELS: Readonly<Record<string, <Result>(then: WithModel<Result>) => Result>> = {
  [hawkTrusted.name]: (then) => then(hawkTrusted),
  [bmcAuthorization.name]: (then) => then(bmcAuthorization),
  [tcpWrappers.name]: (then) => then(tcpWrappers),
  [toolboxAuthorization.name]: (then) => then(toolboxAuthorization),
}
