import type { Options } from './command.ts'
import { contest } from './contest.ts'
import type { Model } from './model.ts'
import { reportRates } from './report.ts'

/** Compares one of our models with its peers, and reports it under the name of its package. */
export async function benchModel<Request>(model: Model<Request>, options: Options): Promise<void> {
  const measurements = await contest(model, options.sizes)
  reportRates(model.name, model.unit, measurements, options)
}
