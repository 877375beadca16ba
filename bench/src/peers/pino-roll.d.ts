/** The package has no types of its own; this is what the bench uses of it. */
declare module 'pino-roll' {
  import type { destination } from 'pino'

  function build(options: {
    readonly file: string
    readonly size: string
  }): Promise<ReturnType<typeof destination>>
  export = build
}
