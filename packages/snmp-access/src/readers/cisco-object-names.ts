const MIB_2 = [1, 3, 6, 1, 2, 1]

/** The names of object subtrees that a view may be written with, besides numbers. */
export const OBJECT_NAMES: ReadonlyMap<string, readonly number[]> = new Map([
  ['iso', [1]],
  ['internet', [1, 3, 6, 1]],
  ['mgmt', [1, 3, 6, 1, 2]],
  ['mib-2', MIB_2],
  ['system', [...MIB_2, 1]],
  ['interfaces', [...MIB_2, 2]],
  ['ifEntry', [...MIB_2, 2, 2, 1]],
  ['at', [...MIB_2, 3]],
  ['ip', [...MIB_2, 4]],
  ['icmp', [...MIB_2, 5]],
  ['tcp', [...MIB_2, 6]],
  ['udp', [...MIB_2, 7]],
  ['egp', [...MIB_2, 8]],
  ['transmission', [...MIB_2, 10]],
  ['snmp', [...MIB_2, 11]],
  ['private', [1, 3, 6, 1, 4]],
  ['enterprises', [1, 3, 6, 1, 4, 1]],
  ['cisco', [1, 3, 6, 1, 4, 1, 9]],
])
