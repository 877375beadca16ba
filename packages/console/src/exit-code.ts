import type { Failure } from './http-client.ts'

/** What a command ended with, as the shell sees it. */
export const EXIT = {
  /** Allowed, or everything is in order. */
  allow: 0,
  /** Denied, or a file is not in its canonical form. */
  deny: 1,
  /** The command line, a file or a system cannot be used. */
  usage: 2,
  /** A defect on our side, or an allowed request that an agent failed to carry out. */
  internal: 3,
} as const

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The exit code that stands for an answer that did not come. */
export function exitCodeOfFailure({ code }: Failure): ExitCode {
  return code === 'outcome-unknown' ? EXIT.internal : EXIT.usage
}

/** The exit code of several results: the gravest one. */
export function gravest(codes: readonly ExitCode[]): ExitCode {
  return codes.reduce<ExitCode>((worst, code) => (code > worst ? code : worst), EXIT.allow)
}
