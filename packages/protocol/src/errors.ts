import { z } from 'zod'

/** What an error code comes to. */
export interface ErrorKind {
  /** HTTP status of the answer that carries the code. */
  readonly status: number
  /** One lower-case fragment for people. */
  readonly message: string
}

const table = {
  /** Speak HTTP/1.1; the connection is closed. */
  'malformed-http': { status: 400, message: 'not an HTTP/1.1 request' },
  /** Send one JSON value in UTF-8; the connection is closed. */
  'malformed-json': { status: 400, message: 'the body is not JSON' },
  /** Mend the field that the answer names; the connection is closed. */
  'invalid-request': { status: 400, message: 'the request does not have the expected form' },
  /** The method was allowed, but not with these arguments: mend the one that is named. */
  'invalid-arguments': { status: 400, message: 'the arguments do not fit the method' },
  /** Ask a daemon; the agent behind it answers to the daemon only. */
  'not-through-daemon': { status: 403, message: 'the agent is reached through its service daemon' },
  /** Use one of the documented paths. */
  'not-found': { status: 404, message: 'no such path' },
  /** The request was allowed, but what it names is not there. */
  'no-such-object': { status: 404, message: 'what the request names does not exist' },
  /** Use the method that the `Allow` header names. */
  'method-not-allowed': { status: 405, message: 'the path does not take this HTTP method' },
  /** Send faster; the connection is closed. */
  'request-timeout': { status: 408, message: 'the request took too long to arrive' },
  /** Choose another name, or update what exists. */
  'object-exists': { status: 409, message: 'what the request wants to add exists already' },
  /** Remove something first. */
  'limit-reached': { status: 409, message: 'there are as many of these as may be' },
  /** Send less; the connection is closed. */
  'body-too-large': { status: 413, message: 'the body is larger than the limit' },
  /** Send `Content-Type: application/json`, not compressed. */
  'unsupported-media-type': { status: 415, message: 'the body has to be application/json' },
  /** Mend the console's address book: another system listens there. */
  'not-this-system': { status: 421, message: 'the request names another system' },
  /** Send fewer or shorter headers; the connection is closed. */
  'headers-too-large': { status: 431, message: 'the headers are larger than the limit' },
  /** Look into the agent's log. */
  'internal-error': { status: 500, message: 'the agent failed' },
  /** The request was allowed, but carrying it out failed; look into the agent's log. */
  'execution-failed': { status: 500, message: 'the request could not be carried out' },
  /** The platform, the security mode or the config does not offer this. */
  'not-supported': { status: 501, message: 'this system does not offer that' },
  /** Nothing was carried out: the decision could not be recorded. Mend the disk of the agent's audit log. */
  'audit-unavailable': { status: 503, message: 'the decision could not be recorded' },
  /** Start the agent with the action `agent.start`. */
  'agent-down': { status: 503, message: 'the agent behind the service daemon does not run' },
} as const

/** Why there is no result, as a stable code. */
export type ErrorCode = keyof typeof table

/** Every error code with its HTTP status and sentence. Codes are part of the interface. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorKind>> = table

/** Why there is no result. */
export interface ErrorBody {
  /** Stable code. */
  readonly code: ErrorCode
  /** One lower-case fragment for people; what the peer sent stands in backticks, escaped and cut. */
  readonly message: string
  /** Path of the field at fault, such as `arguments.name`. */
  readonly field?: string
}

/** The answer to a request that was refused for its form, before any guard was asked. */
export interface ErrorAnswer {
  /** What is wrong. */
  readonly error: ErrorBody
}

/** Makes an error body; the message defaults to that of the code. */
export function errorBody(
  code: ErrorCode,
  details: { readonly message?: string; readonly field?: string } = {},
): ErrorBody {
  return { code, message: ERRORS[code].message, ...details }
}

/** Schema of {@link ErrorBody}. */
export const ErrorBodySchema: z.ZodType<ErrorBody> = z.strictObject({
  code: z.enum(Object.keys(table) as [ErrorCode, ...ErrorCode[]]),
  message: z.string().max(1024),
  field: z.exactOptional(z.string().max(256)),
})

/** Schema of {@link ErrorAnswer}. */
export const ErrorAnswerSchema: z.ZodType<ErrorAnswer> = z.strictObject({ error: ErrorBodySchema })
