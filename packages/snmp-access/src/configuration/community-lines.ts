import { communityOctets, MAX_COMMUNITY_OCTETS } from '../community.ts'
import type { SourceFamily } from '../model.ts'
import { readSource, type ResolvedNames } from '../source/source.ts'
import type { Entries } from './entries.ts'
import type { LineContext } from './line-context.ts'
import type { LineReader } from './vacm-lines.ts'
import { QuotedWords, type Word } from './words.ts'

/** What a community entry is made of, before it is checked. */
export interface CommunityParts {
  readonly securityName: string
  /** The context that the request is put in. */
  readonly context: string
  readonly source: string
  readonly community: string
  /** Where faults of the source and the community are shown. */
  readonly sourceWord: Word | undefined
  readonly communityWord: Word
}

/** `com2sec [-Cn CONTEXT] SECNAME SOURCE COMMUNITY`, or com2sec6. */
export function com2sec(family: SourceFamily, names: ResolvedNames | undefined): LineReader {
  return (context, start, entries) => {
    const parts = readCom2sec(context, start)
    if (parts !== undefined) addCommunity(context, parts, family, names, entries)
  }
}

/** com2secunix: read for its faults; no request comes from a local socket, so nothing is kept. */
export const readCom2secUnix: LineReader = (context, start) => {
  readCom2sec(context, start)
}

function readCom2sec(context: LineContext, start: number): CommunityParts | undefined {
  const words = new QuotedWords(context.line, start)
  let name = words.next()
  let contextWord: Word | undefined
  if (name?.text === '-Cn') {
    contextWord = words.next()
    if (!context.present(contextWord, 'context')) return undefined
    name = words.next()
  }
  const [source, community] = [words.next(), words.next()]
  if (!context.present(name, 'security name')) return undefined
  if (!context.present(source, 'source')) return undefined
  if (!context.present(community, 'community')) return undefined
  if (name.text === '' || source.text === '') {
    context.missing('security name or source')
    return undefined
  }
  const contextName = contextWord?.text ?? ''
  const fits = context.nameFits(name.text, name) && context.nameFits(contextName, contextWord)
  if (!fits) return undefined
  context.atEnd(words.next())
  return {
    securityName: name.text,
    context: contextName,
    source: source.text,
    community: community.text,
    sourceWord: source,
    communityWord: community,
  }
}

/** Adds an entry for each address of the source to the list of the family, or reports why not. */
export function addCommunity(
  context: LineContext,
  parts: CommunityParts,
  family: SourceFamily,
  names: ResolvedNames | undefined,
  entries: Entries,
): void {
  const read = readSource(parts.source, family, names)
  if ('fault' in read) {
    context.fault(read.fault, parts.sourceWord ?? parts.communityWord)
    return
  }
  const community = checkedCommunity(context, parts)
  if (community === undefined) return
  const { securityName } = parts
  for (const source of read.patterns) {
    entries.communities.push({
      securityName,
      source,
      community,
      context: parts.context,
      family,
      negated: read.negated,
      origin: context.origin,
    })
  }
}

function checkedCommunity(context: LineContext, parts: CommunityParts): Uint8Array | undefined {
  const { community, communityWord } = parts
  const octets = communityOctets(community)
  if (octets.length === 0) context.fault('community-empty', communityWord)
  else if (community === 'COMMUNITY') context.fault('example-not-edited', communityWord)
  else if (octets.length > MAX_COMMUNITY_OCTETS + 1) {
    context.fault('community-too-long', communityWord)
  } else if (octets.length > MAX_COMMUNITY_OCTETS) {
    context.fault('community-never-matches', communityWord)
  } else return octets
  return undefined
}
