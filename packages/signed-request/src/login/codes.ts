import { describeWith, type Reason } from '@gatehouse/core'

/** Every reason that Single Login can have. The sentence is for people. */
export const LOGIN_CODES = {
  /** Nothing to do. */
  'level-sufficient': 'the level that the console passed suffices',
  /** Have the console hand the person over at a higher level, if that is meant. */
  'level-too-low': 'a higher level is needed than the console passed',
  /** Give the level the privilege in the managed system's config, if that is meant. */
  'level-without-privilege': 'the level does not have the privilege on this system',

  /** Go back to the console and sign in to the system anew. */
  'ticket-unknown': 'no such ticket was issued',
  /** Go back to the console. If the person did not use the ticket, somebody else did: look for how it was read. */
  'ticket-used': 'the ticket was used before',
  /** Go back to the console and sign in to the system anew. */
  'ticket-expired': 'the ticket has ended',
  /** Have the browser reach console and system by one address, or have the console pass none. */
  'ticket-of-other-address': 'the ticket was issued for a browser at another address',
  /** Wait half a minute. If it lasts, a console hands over far more people than use their tickets. */
  'tickets-full': 'there are as many tickets as may be',

  /** Sign in from the console. */
  'session-unknown': 'no such session was opened',
  /** Sign in from the console anew. */
  'session-idle': 'the session was not used for too long',
  /** Sign in from the console anew. */
  'session-ended': 'the session was ended, or has lasted as long as any may',
  /** End sessions, or wait until unused ones end. */
  'sessions-full': 'there are as many sessions as may be',
} as const

/** Code of a reason of Single Login. */
export type LoginCode = keyof typeof LOGIN_CODES

/** One line for people: the sentence of a reason's code, its facts and its source. */
export const describeLogin: (reason: Reason<LoginCode>) => string = describeWith(LOGIN_CODES)
