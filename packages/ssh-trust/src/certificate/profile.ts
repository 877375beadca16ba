/** Whose rules certificates are checked by: OpenSSH 10.6's, stricter ones, or its but for the switches listed. */
export type CertificateProfile = 'strict' | 'openssh' | readonly CertificateSwitch[]

/** In what `strict` differs from `openssh`: nothing else does. */
export const CERTIFICATE_SWITCHES = {
  /** PROTOCOL.certkeys asks for it; OpenSSH does not look. Two of one name are out of order too. */
  'option-order': 'options of a certificate must be in the order of their names, each once',
  /** OpenSSH takes `127.1` and `010.0.0.1` as getaddrinfo(3) does: read by other programs as another address. */
  'plain-addresses':
    'a number form in `source-address` that programs read differently lets nobody in',
} as const

/** Name of one way in which `strict` differs. */
export type CertificateSwitch = keyof typeof CERTIFICATE_SWITCHES

/** Whether a name is that of a switch. */
export function isCertificateSwitch(name: string): name is CertificateSwitch {
  return Object.hasOwn(CERTIFICATE_SWITCHES, name)
}

/** Whether a switch is on in a profile; without a profile, in `strict`. */
export function hasSwitch(
  profile: CertificateProfile | undefined,
  name: CertificateSwitch,
): boolean {
  if (profile === undefined || profile === 'strict') return true
  return profile !== 'openssh' && profile.includes(name)
}
