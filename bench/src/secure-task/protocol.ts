/** What one server does, and is measured by. */
export interface ServerTask {
  /** Where used values are remembered. */
  readonly store: 'memory' | 'file'
  /** What the handler does before it answers: nothing, or a durable record as the agent keeps one. */
  readonly handler: 'answers' | 'records'
  /** Folder for the files of both. */
  readonly folder: string
  /** Its certificate and key, PEM. */
  readonly certificate: string
  readonly key: string
  /** Certificate of the console, DER in base64. */
  readonly console: string
}

/** What the server is asked over its channel. */
export type ServerQuestion = 'cpu' | 'end'

/** What it says. */
export type ServerSaying = { readonly port: number } | { readonly cpu: NodeJS.CpuUsage }

/** Path of requests that nobody signs. */
export const PLAIN_PATH = '/v1/plain'

/** Every answer has a value in it, so that both kinds are of one size. */
export const UNUSED_VALUE: string = 'A'.repeat(115)
