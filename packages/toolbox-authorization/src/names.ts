/** The toolbox that always holds every tool and is always enabled. */
export const ALL_TOOLS = 'All Tools'

/** The toolbox for tools that show and never change. */
export const MONITOR_TOOLS = 'Monitor Tools'

/** The toolbox that holds every tool, on the management server only. */
export const FULL_RIGHTS = 'Full Rights'

/** The toolbox whose holder may, on the management server, write reports and tools. */
export const LIMITED_RIGHTS = 'Limited Rights'

/** The toolboxes that exist without being defined. */
export const BUILT_IN_TOOLBOXES: readonly string[] = [
  ALL_TOOLS,
  MONITOR_TOOLS,
  FULL_RIGHTS,
  LIMITED_RIGHTS,
]

/** Stands for every system, or every group, that is configured at that moment. */
export const EVERY = '*'

/** Marks a user group at the beginning of a list line; hence no user is called so. */
export const GROUP_MARK = 'U'

/** Longest name of a user, a group, a system or a tool. */
const MAX_NAME_CHARACTERS = 255

const TOOLBOX_NAME = /^[A-Za-z][A-Za-z0-9 _-]{0,15}$/

/** Controls, invisible format characters, line separators, lone surrogates. */
export const UNPRINTABLE: RegExp = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd]/u

/** Says of most texts that nothing in them is {@link UNPRINTABLE}, and says it faster. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/

/** Whether a text has the form of a toolbox name: 16 characters at most, no blank at its end. */
export function isToolboxName(text: string): boolean {
  return TOOLBOX_NAME.test(text) && !text.endsWith(' ')
}

/** Whether a text can name a tool: printable, no blank at its ends. */
export function isToolName(text: string): boolean {
  if (text.length === 0 || text.length > MAX_NAME_CHARACTERS) return false
  if (text.startsWith(' ') || text.endsWith(' ')) return false
  return PRINTABLE_ASCII.test(text) || !UNPRINTABLE.test(text)
}

/** Whether a text can name a user, a user group, a system or a group of systems: no colon, and not `*` or `U`. */
export function isName(text: string): boolean {
  return isToolName(text) && !text.includes(':') && text !== EVERY && text !== GROUP_MARK
}

/** What a user or user group is compared by: itself; with a domain, itself with `A`–`Z` in lower case. */
export function foldAccount(name: string): string {
  return name.includes('\\') ? foldAscii(name) : name
}

/** What a system is compared by: itself with `A`–`Z` in lower case, as host names are. */
export function foldSystem(name: string): string {
  return foldAscii(name)
}

/** What tools, toolboxes and groups of systems are compared by: themselves. */
export function exactly(name: string): string {
  return name
}

/** How names of a kind are compared. */
export type Naming = 'account' | 'system' | 'exact'

/** What names of a kind are compared by. */
export const FOLDS: Readonly<Record<Naming, (name: string) => string>> = {
  account: foldAccount,
  system: foldSystem,
  exact: exactly,
}

function foldAscii(name: string): string {
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index)
    if (code >= UPPER_A && code <= UPPER_Z) {
      return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    }
  }
  return name
}

const UPPER_A = 0x41
const UPPER_Z = 0x5a
