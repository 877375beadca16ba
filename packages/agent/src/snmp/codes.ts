/** Why a message is dropped before access control is asked. Codes of records: nobody is told. */
export type MessageCode =
  /** The datagram is no message that is to be answered: mend the program that sent it. */
  | 'message-malformed'
  /** The version is not switched on: use version 3, or name the version in `snmp.versions`. */
  | 'version-off'
  /** The message asks for nothing that an agent answers: send notifications to the console. */
  | 'message-not-for-us'
