import type { FuzzFormat } from './format.ts'
import { ADDRESS, ADDRESS_PATTERN } from './formats/addresses.ts'
import { AUDIT_HEAD, AUDIT_RECORD, MX_LOG } from './formats/audit-log.ts'
import { BMC_AUTHORIZATION } from './formats/bmc-authorization.ts'
import { CERTIFICATE_BUNDLE } from './formats/certificate-bundle.ts'
import { CERTIFICATE_CHAIN } from './formats/certificate-chain.ts'
import { CERTIFICATE_LIST } from './formats/certificate-list.ts'
import { CERTIFICATE, CERTIFICATE_PEM } from './formats/certificate.ts'
import { CERTIFICATE_REQUEST } from './formats/certificate-request.ts'
import { EXPECTATIONS } from './formats/expectations.ts'
import { HAWK_CONSOLE_ACCESS } from './formats/hawk-console-access.ts'
import { HAWK_LOG_LINE } from './formats/hawk-log-line.ts'
import { HAWK_TRUSTED } from './formats/hawk-trusted.ts'
import { PROTOCOL } from './formats/protocol.ts'
import { SIGNATURE_INPUT } from './formats/signature-input.ts'
import { SIGNED_REQUEST } from './formats/signed-request.ts'
import { SINGLE_USE_VALUE } from './formats/single-use-value.ts'
import { SNMP_CONFIGURATIONS } from './formats/snmp-configuration.ts'
import { SNMP_MESSAGE } from './formats/snmp-message.ts'
import { SNMP_SETTINGS } from './formats/snmp-settings.ts'
import { SSH_CERTIFICATE, SSH_KEY, SSH_REVOCATION_LIST } from './formats/ssh-blobs.ts'
import { SSH_AUTHORIZED_KEYS, SSH_IMPORT, SSH_KNOWN_HOSTS } from './formats/ssh-texts.ts'
import { TCP_WRAPPERS } from './formats/tcp-wrappers.ts'
import { TOOLBOX_AUTHORIZATION } from './formats/toolbox-authorization.ts'
import { TRUST_CONFIGURATION, TRUST_LIST } from './formats/trust-list.ts'
import { USER_MAP } from './formats/user-map.ts'

/** Every text format that is read anywhere. */
export const FORMATS: readonly FuzzFormat[] = [
  ADDRESS,
  ADDRESS_PATTERN,
  HAWK_TRUSTED,
  HAWK_CONSOLE_ACCESS,
  HAWK_LOG_LINE,
  BMC_AUTHORIZATION,
  ...TCP_WRAPPERS,
  ...TOOLBOX_AUTHORIZATION,
  EXPECTATIONS,
  CERTIFICATE,
  CERTIFICATE_PEM,
  CERTIFICATE_LIST,
  CERTIFICATE_CHAIN,
  CERTIFICATE_REQUEST,
  CERTIFICATE_BUNDLE,
  TRUST_LIST,
  TRUST_CONFIGURATION,
  USER_MAP,
  SIGNATURE_INPUT,
  SIGNED_REQUEST,
  SINGLE_USE_VALUE,
  SSH_KEY,
  SSH_CERTIFICATE,
  SSH_REVOCATION_LIST,
  SSH_KNOWN_HOSTS,
  SSH_AUTHORIZED_KEYS,
  SSH_IMPORT,
  ...SNMP_CONFIGURATIONS,
  ...SNMP_SETTINGS,
  SNMP_MESSAGE,
  AUDIT_RECORD,
  AUDIT_HEAD,
  MX_LOG,
  ...PROTOCOL,
]
