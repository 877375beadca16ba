import { ConfigError } from '@gatehouse/core'
import type { Operator } from '../exec/operator.ts'
import type { TaskFacility } from './facility.ts'
import type { JobView } from './job.ts'
import { summaryOf, type TaskAnswer, type TaskRequest } from './requests.ts'

/**
 * Answers a request about jobs, for one operator.
 *
 * @throws ConfigError for a job that is unknown, and as {@link TaskFacility.start} does.
 */
export async function answerTask(
  facility: TaskFacility,
  operator: Operator,
  request: TaskRequest,
): Promise<TaskAnswer> {
  switch (request.do) {
    case 'run': {
      const { permission, job } = await facility.start(request.order, operator)
      return { permission, ...(job && { job }) }
    }
    case 'list':
      return { jobs: facility.jobs.map(summaryOf) }
    case 'show':
      return { shown: found(facility, request.id) }
    case 'cancel':
    case 'kill': {
      const decision = await facility.stop(request.id, request.do, operator)
      return { decision, shown: found(facility, request.id) }
    }
  }
}

function found(facility: TaskFacility, id: string): JobView {
  const job = facility.find(id)
  if (job !== undefined) return job
  throw new ConfigError(`there is no task \`${id.slice(0, 64)}\``)
}
