import { communityOctets } from '../community.ts'
import type { TrapSink } from '../model.ts'
import type { LineContext } from './line-context.ts'
import { QuotedWords, type Word } from './words.ts'

const SINK_OPTIONS: ReadonlySet<string> = new Set(['-profile', '-name', '-tag', '-s'])

/** What a file sets besides the tables of access. */
export class Settings {
  authTrapEnabled = false
  authorizationDisabled = false
  readonly trapSinks: TrapSink[] = []
  #trapCommunity: Uint8Array | null = null

  /** `trapcommunity STRING`: for the sinks after it that name none. */
  readTrapCommunity(context: LineContext, start: number): void {
    const words = new QuotedWords(context.line, start)
    const word = words.next()
    if (!context.present(word, 'community')) return
    this.#trapCommunity = communityOctets(word.text)
    context.atEnd(words.next())
  }

  /** `trapsink [-profile P] [-name N] [-tag T] [-s SOURCE] HOST [COMMUNITY [PORT]]`, or its kin. */
  readSink(kind: TrapSink['kind'], context: LineContext, start: number): void {
    const words = new QuotedWords(context.line, start)
    let host = words.next()
    while (host !== undefined && SINK_OPTIONS.has(host.text)) {
      if (!context.present(words.next(), `value of ${host.text}`)) return
      host = words.next()
    }
    if (!context.present(host, 'host')) return
    const [community, port] = [words.next(), words.next()]
    context.odd(community)
    context.atEnd(words.next())
    this.trapSinks.push({
      kind,
      host: host.text,
      community: community === undefined ? this.#trapCommunity : communityOctets(community.text),
      port: port?.text ?? null,
      origin: context.origin,
    })
  }

  /** `authtrapenable {1|2}`, or `enable` and `disable`. */
  readAuthTrapEnable(context: LineContext, start: number): void {
    const on = readSwitch(context, start, ['1', 'enable'], ['2', 'disable'])
    if (on !== undefined) this.authTrapEnabled = on
  }

  /** snmptrapd's `disableAuthorization {yes|no}`. */
  readDisableAuthorization(context: LineContext, start: number): void {
    const on = readSwitch(context, start, ['1', 'yes', 'true'], ['0', 'no', 'false'])
    if (on !== undefined) this.authorizationDisabled = on
  }
}

function readSwitch(
  context: LineContext,
  start: number,
  on: readonly string[],
  off: readonly string[],
): boolean | undefined {
  const words = new QuotedWords(context.line, start)
  const word: Word | undefined = words.next()
  if (!context.present(word, on.concat(off).join(' or '))) return undefined
  context.atEnd(words.next())
  const text = word.text.toLowerCase()
  if (on.includes(text)) return true
  if (!off.includes(text)) context.fault('switch-malformed', word)
  return off.includes(text) ? false : undefined
}
