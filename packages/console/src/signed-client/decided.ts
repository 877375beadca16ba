import { failed, FAILURES } from '../http-client.ts'
import { contradiction, type Answers, type Result } from '../result.ts'

/**
 * What a system decided about a signed request. Where its answer does not say whether something was
 * done, that is not known.
 */
export function decided<Message>(
  result: Result<Message>,
  answered: Answers<Message>,
): Result<Message> {
  const { received } = answered
  if ('failure' in received) return result
  if ('answer' in result) {
    const fault = contradiction(result, answered)
    return fault === undefined ? result : unknown(result, fault)
  }
  const { code, message } = result.failure
  const isRefused = code === 'request-refused' && received.status !== 500
  return isRefused ? result : unknown(result, `${code}, ${message}`)
}

function unknown<Message>({ system }: Result<Message>, why: string): Result<Message> {
  return { system, ...failed('outcome-unknown', `${FAILURES['outcome-unknown']}: ${why}`) }
}
