import type { OptionFault } from './codes.ts'
import { readExpiryTime } from './expiry-time.ts'
import { readFromList } from './from-list.ts'
import type { KeyOptions, Permissions } from './model.ts'
import { readEnvironment, readPermission, readTunnel } from './permissions.ts'

type Draft = { -readonly [Name in keyof KeyOptions]: Mutable<KeyOptions[Name]> }
type Mutable<Value> = Value extends readonly (infer Item)[] ? Item[] : Value

/** OpenSSH's SSH_AUTHOPT_ENV_MAX and SSH_AUTHOPT_PERMIT_MAX: one more than these is still taken. */
const MAX_ENVIRONMENT = 1024
const MAX_PERMISSIONS = 4096

const OPEN: Permissions = {
  portForwarding: true,
  agentForwarding: true,
  x11Forwarding: true,
  pty: true,
  userRc: true,
}
const RESTRICTED: Permissions = {
  portForwarding: false,
  agentForwarding: false,
  x11Forwarding: false,
  pty: false,
  userRc: false,
}

/** The options of a line that has none. */
export const NO_OPTIONS: KeyOptions = Object.freeze(emptyOptions())

function emptyOptions(): Draft {
  return {
    ...OPEN,
    certAuthority: false,
    noTouchRequired: false,
    verifyRequired: false,
    command: null,
    principals: null,
    from: null,
    expiryTimes: [],
    environment: [],
    permitOpen: [],
    permitListen: [],
    tunnel: null,
  }
}

/** Reads the value into the draft, or says what is wrong with it. */
type ValueReader = (draft: Draft, value: string) => OptionFault | undefined

const VALUES: ReadonlyMap<string, ValueReader> = new Map<string, ValueReader>([
  ['command', (draft, value) => once(draft.command, () => (draft.command = value))],
  [
    'principals',
    (draft, value) => once(draft.principals, () => (draft.principals = value.split(','))),
  ],
  ['from', (draft, value) => once(draft.from, () => (draft.from = readFromList(value)))],
  [
    'expiry-time',
    (draft, value) => append(draft.expiryTimes, readExpiryTime(value), 'expiry-malformed'),
  ],
  ['environment', addEnvironment],
  ['permitopen', (draft, value) => addPermission(draft.permitOpen, readPermission(value, false))],
  [
    'permitlisten',
    (draft, value) => addPermission(draft.permitListen, readPermission(value, true)),
  ],
  ['tunnel', setTunnel],
])

const FLAG =
  /(?:(restrict|cert-authority)|(no-)?(port-forwarding|agent-forwarding|x11-forwarding|touch-required|verify-required|pty|user-rc))(?=[, \t]|$)/iuy
const VALUE_START =
  /(command|principals|from|expiry-time|environment|permitopen|permitlisten|tunnel)=/iuy

/**
 * Reads the options of a line in their order, as sshd does.
 *
 * @param text - Up to the blank before the key.
 * @returns The options, or the first fault. Stray commas are none.
 */
export function readOptions(text: string): KeyOptions | OptionFault {
  const draft = emptyOptions()
  let at = 0
  while (at < text.length) {
    const end = readOne(draft, text, at)
    if (typeof end === 'string') return end
    if (end < text.length && text[end] !== ',') return 'option-unknown'
    at = end + 1
  }
  return draft
}

/** Reads one option, if any, and returns where it ends. */
function readOne(draft: Draft, text: string, at: number): number | OptionFault {
  FLAG.lastIndex = at
  const flag = FLAG.exec(text)
  if (flag !== null) {
    const [whole, bare, no, name = ''] = flag
    setFlag(draft, (bare ?? name).toLowerCase(), no === undefined)
    return at + whole.length
  }
  VALUE_START.lastIndex = at
  const start = VALUE_START.exec(text)
  if (start === null) return at
  const [whole, name = ''] = start
  const read = dequote(text, at + whole.length)
  if (typeof read === 'string') return read
  return VALUES.get(name.toLowerCase())?.(draft, read.value) ?? read.end
}

function setFlag(draft: Draft, name: string, on: boolean): void {
  switch (name) {
    case 'restrict':
      Object.assign(draft, RESTRICTED)
      break
    case 'cert-authority':
      draft.certAuthority = true
      break
    case 'port-forwarding':
      draft.portForwarding = on
      break
    case 'agent-forwarding':
      draft.agentForwarding = on
      break
    case 'x11-forwarding':
      draft.x11Forwarding = on
      break
    case 'touch-required':
      draft.noTouchRequired = !on
      break
    case 'verify-required':
      draft.verifyRequired = on
      break
    case 'pty':
      draft.pty = on
      break
    default:
      draft.userRc = on
  }
}

function dequote(text: string, at: number): { value: string; end: number } | OptionFault {
  if (text[at] !== '"') return 'quote-missing'
  const pieces: string[] = []
  let from = at + 1
  for (;;) {
    const quote = text.indexOf('"', from)
    if (quote < 0) return 'quote-open'
    const isEscaped = quote > from && text[quote - 1] === '\\'
    pieces.push(text.slice(from, isEscaped ? quote - 1 : quote))
    if (!isEscaped) return { value: pieces.join(''), end: quote + 1 }
    pieces.push('"')
    from = quote + 1
  }
}

function once(present: unknown, set: () => void): OptionFault | undefined {
  if (present !== null) return 'option-repeated'
  set()
  return undefined
}

function append<Item>(
  items: Item[],
  item: Item | undefined,
  fault: OptionFault,
): OptionFault | undefined {
  if (item === undefined) return fault
  items.push(item)
  return undefined
}

function addPermission(items: string[], item: string | undefined): OptionFault | undefined {
  return items.length > MAX_PERMISSIONS ? 'too-many' : append(items, item, 'permission-malformed')
}

function addEnvironment(draft: Draft, value: string): OptionFault | undefined {
  if (draft.environment.length > MAX_ENVIRONMENT) return 'too-many'
  const entry = readEnvironment(value)
  if (entry === undefined) return 'environment-malformed'
  if (!draft.environment.some(({ name }) => name === entry.name)) draft.environment.push(entry)
  return undefined
}

function setTunnel(draft: Draft, value: string): OptionFault | undefined {
  const tunnel = readTunnel(value)
  if (tunnel === undefined) return 'tunnel-malformed'
  draft.tunnel = tunnel
  return undefined
}
