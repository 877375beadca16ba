import { describeWith, NO_POLICY_CODES, type Reason } from '@gatehouse/core'

const OWN = {
  /** Nothing to do: the user map gives this user to the certificate. */
  'user-of-certificate': 'the certificate is that of the user',
  /** Nothing to do, if the console's own sign-in is relied on; else map its certificate to one user. */
  'console-vouches': 'the console vouches for whatever user it names',
  /** Have the caller name the user of its certificate, exactly as the map spells it. */
  'user-not-of-certificate': 'the certificate is that of another user',
  /** Map the certificate to a user, if its owner is to be one. */
  'certificate-maps-to-nobody': 'the user map has no user for the certificate',
  /** Map the certificate by its SHA-256: its names stand in the map for different users. */
  'certificate-maps-to-several': 'the names of the certificate are mapped to different users',
  /** Map the certificate by its SHA-256, or trust the root that issued it: a name that only the certificate itself states is no proof. */
  'name-not-vouched-for': 'no root vouches for the name that the user map has',
  /** See the reasons behind it. */
  'certificate-not-trusted': 'the certificate is not trusted, so it stands for nobody',
} as const

/** Every reason that a decision about a user can have; the sentence is for people. */
export const USER_CODES: typeof OWN & typeof NO_POLICY_CODES = { ...OWN, ...NO_POLICY_CODES }

/** Code of a reason for a decision about a user. */
export type UserCode = keyof typeof USER_CODES

/** One line for people: the sentence of a reason's code, its facts and its place. */
export const describeUser: (reason: Reason<UserCode>) => string = describeWith(USER_CODES)
