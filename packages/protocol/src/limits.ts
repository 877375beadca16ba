/** Largest request body in bytes: 64 KiB. The largest meant request is one rulebase of 16 KiB beside short fields. */
export const MAX_BODY_BYTES: number = 64 * 1024

/** Largest packed operation in bytes: 64 KiB, as Hawk's plug-ins take it; some thousand nodes. */
export const MAX_PACKED_BYTES: number = 64 * 1024

/** Largest body with a packed operation in bytes: 88 KiB, four characters of base64 for three bytes and short fields. */
export const MAX_OPERATION_BODY_BYTES: number = 88 * 1024

/** Longest class name of a security policy in characters: 256, as the names are dotted Java class names. */
export const MAX_POLICY_CLASS_CHARACTERS = 256

/** Most answers to one packed operation: 64. Each is for one node that the system is, most often there is one. */
export const MAX_OPERATION_ANSWERS = 64

/** Largest answer body in bytes: 1 MiB. The largest meant answer is a data transfer, cut at half of that. */
export const MAX_ANSWER_BYTES: number = 1024 * 1024

/** Longest user name in characters: 256. `DOMAIN\user` names of Windows end at 15 + 1 + 104. */
export const MAX_USER_CHARACTERS = 256

/** Longest name of an action in characters: 64, four times the longest in the table of actions. */
export const MAX_ACTION_CHARACTERS = 64

/** Longest name of a collection or policy in characters: 64, since it becomes a file name. */
export const MAX_TARGET_CHARACTERS = 64

/** Longest name of a microagent in characters: 256, as the names are dotted Java class names. */
export const MAX_MICROAGENT_CHARACTERS = 256

/** Longest name of a method in characters: 128, three times the longest in the vendor's reference. */
export const MAX_METHOD_CHARACTERS = 128

/** Longest name, DNS part or domain of a system in characters: 255, the limit of a DNS name. */
export const MAX_NODE_CHARACTERS = 255

/** Most arguments of one invocation: 16. The longest list in the vendor's reference has six. */
export const MAX_ARGUMENTS = 16

/** Longest name of an argument in characters: 64, like any identifier here. */
export const MAX_ARGUMENT_NAME_CHARACTERS = 64

/** Longest value of an argument in characters: 16 Ki, room for one rulebase. */
export const MAX_ARGUMENT_CHARACTERS: number = 16 * 1024

/** Most reasons in an answer: 32. A decision has one for each guard, and there are fewer guards than that. */
export const MAX_REASONS = 32

/** Largest body of a signed request in bytes: 256 KiB, the settings of a system with a hundred trusted certificates. */
export const MAX_SIGNED_BODY_BYTES: number = 256 * 1024

/** Longest name of a tool in characters: 64, twice the longest of the vendor's own. */
export const MAX_TOOL_CHARACTERS = 64

/** Longest value of an argument of a tool in characters: 192 Ki, settings that still fit into a signed body with their quotes escaped. */
export const MAX_TOOL_ARGUMENT_CHARACTERS: number = 192 * 1024

/** Longest single-use value in characters: 160, what a header line of a terminal's width or two holds. */
export const MAX_VALUE_CHARACTERS = 160

/** Longest life of a single-use value in milliseconds: 5 minutes. */
export const MAX_VALUE_LIFE_MS = 300_000

/** Longest identity of a receiver in characters: 255, a digest or a name. */
export const MAX_AUDIENCE_CHARACTERS = 255

/** Longest address of a browser in characters: 64, an IPv6 address with its zone. */
export const MAX_ADDRESS_CHARACTERS = 64

/** How long a sender may take for the head of a request, in milliseconds: 5 s, far above any round trip. */
export const HEADERS_TIMEOUT_MS = 5_000

/** How long a sender may take for a whole request, in milliseconds: 10 s, 64 KiB at 6.4 KiB/s. */
export const REQUEST_TIMEOUT_MS = 10_000

/** How long a connection may stay open between two requests, in milliseconds: 5 s, as idle peers hold a place. */
export const KEEP_ALIVE_TIMEOUT_MS = 5_000

/** How long a caller should wait for an answer, in milliseconds: 60 s, twice the longest run of a program for it. */
export const ANSWER_TIMEOUT_MS = 60_000

/** Most connections that a listener holds at once: 256. Each may cost one body and one answer of memory. */
export const MAX_CONNECTIONS = 256

/** Largest head of a request in bytes: 8 KiB. A caller of ours sends some 200. */
export const MAX_HEADER_BYTES: number = 8 * 1024
