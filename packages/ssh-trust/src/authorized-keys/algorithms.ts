import type { KeyType } from '../key/model.ts'

/** What each type of key may sign a login with: OpenSSH's `PubkeyAcceptedAlgorithms` without certificates. */
const ACCEPTED: Readonly<Record<KeyType, readonly string[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-256', 'rsa-sha2-512'],
  'ssh-dss': [],
  'sk-ssh-ed25519@openssh.com': ['sk-ssh-ed25519@openssh.com'],
  'sk-ecdsa-sha2-nistp256@openssh.com': [
    'sk-ecdsa-sha2-nistp256@openssh.com',
    'webauthn-sk-ecdsa-sha2-nistp256@openssh.com',
  ],
}

/** Whether a key may be used for a login, and, where one is given, the algorithm of its signature. */
export function isAcceptedAlgorithm(
  type: KeyType,
  signatureAlgorithm: string | undefined,
): boolean {
  const accepted = ACCEPTED[type]
  if (signatureAlgorithm === undefined) return accepted.length > 0
  return accepted.includes(signatureAlgorithm)
}
