import { claimed } from '@gatehouse/core'
import type { Client, Request, Server } from '../model.ts'
import { matchesText, UNKNOWN } from '../text-pattern.ts'
import { findAddress, passes } from './address-search.ts'
import type { Budget } from './budget.ts'
import { writeBigint } from './write-bigint.ts'
import type { Aspect, End, Formula, Literal, Test } from './formula.ts'
import { WORDS } from './languages.ts'
import { findText, isIn, type Language } from './text-search.ts'
import type { Universe, Value } from './universe.ts'

type Values = Readonly<Record<Aspect, Value>>
type Literals = Readonly<Record<Aspect, readonly Literal[]>>

const USUAL: Values = {
  daemon: 'any',
  user: UNKNOWN,
  port: undefined,
  'client.address': '192.0.2.1',
  'client.name': UNKNOWN,
  'client.netgroups': undefined,
  'server.address': UNKNOWN,
  'server.name': UNKNOWN,
  'server.netgroups': undefined,
}

/** What a request has to be, part by part, and a request that is so. */
export class Constraints {
  readonly #universe: Universe
  readonly #literals: Literals
  readonly #values: Values

  private constructor(universe: Universe, literals: Literals, values: Values) {
    this.#universe = universe
    this.#literals = literals
    this.#values = values
  }

  /** Nothing is asked yet. */
  static none(universe: Universe): Constraints {
    const literals = Object.fromEntries(Object.keys(USUAL).map((aspect) => [aspect, []]))
    return new Constraints(universe, literals as unknown as Literals, USUAL)
  }

  /** Asks for one thing more; `undefined` when no request is like that. */
  with(literal: Literal): Constraints | undefined {
    const { aspect } = literal
    const key = keyOf(literal)
    if (this.#literals[aspect].some((each) => keyOf(each) === key)) return this
    const literals = [...this.#literals[aspect], literal]
    const value = this.#meets(literal) ? [this.#values[aspect]] : this.#find(aspect, literals)
    if (value === undefined) return undefined
    return new Constraints(
      this.#universe,
      { ...this.#literals, [aspect]: literals },
      { ...this.#values, [aspect]: value[0] },
    )
  }

  /** Whether the request that was found is as a formula asks; others may be, when it is not. */
  meets(formula: Formula): boolean {
    if (formula.kind === 'literal') return this.#meets(formula)
    return formula.kind === 'all'
      ? formula.of.every((each) => this.meets(each))
      : formula.of.some((each) => this.meets(each))
  }

  /** A request that is as asked. */
  request(): Request {
    const { daemon, user, port } = this.#values
    const address = this.#values['client.address'] as string
    const caller = endOf(this.#values, 'client')
    const callee = endOf(this.#values, 'server')
    const server: Server = { ...callee, ...(port === undefined ? {} : { port: port as number }) }
    const client: Client = {
      name: null,
      ...caller,
      address,
      ...(user === UNKNOWN ? {} : { user: claimed(user as string) }),
    }
    const isServerKnown = Object.keys(server).length > 0
    return { daemon: daemon as string, client, ...(isServerKnown ? { server } : {}) }
  }

  #meets(literal: Literal): boolean {
    return isSo(literal, this.#values[literal.aspect])
  }

  #find(aspect: Aspect, literals: readonly Literal[]): [Value] | undefined {
    const { searches } = this.#universe
    const key = `${aspect} ${literals.map(keyOf).toSorted().join(' ')}`
    if (!searches.has(key)) searches.set(key, this.#search(aspect, literals))
    return searches.get(key)
  }

  /** A value, in an array, as `undefined` is one. */
  #search(aspect: Aspect, literals: readonly Literal[]): [Value] | undefined {
    const { budget, hostNames, clientMayBeUnknown } = this.#universe
    switch (aspect) {
      case 'port':
      case 'client.netgroups':
      case 'server.netgroups':
        return firstGood(plainValues(aspect, literals), literals)
      case 'client.address':
        return found(findAddress(literals, clientMayBeUnknown, budget))
      case 'server.address':
        return found(findAddress(literals, true, budget))
      case 'client.name':
      case 'server.name':
        return findWord(aspect, literals, hostNames, budget)
      case 'daemon':
      case 'user':
        return findWord(aspect, literals, WORDS, budget)
    }
  }
}

const KEYS = new WeakMap<Literal, string>()

function keyOf(literal: Literal): string {
  const known = KEYS.get(literal)
  if (known !== undefined) return known
  const key = JSON.stringify(literal, writeBigint)
  KEYS.set(literal, key)
  return key
}

function findWord(
  aspect: Aspect,
  literals: readonly Literal[],
  language: Language,
  budget: Budget,
): [Value] | undefined {
  const likely = firstGood([USUAL[aspect], ...likelyTexts(literals, language)], literals)
  if (likely !== undefined) return likely
  const demands = literals.flatMap(({ test, holds }) =>
    test.kind === 'text' ? [{ pattern: test.pattern, holds }] : [],
  )
  return found(findText(demands, language, budget))
}

function found(text: string | undefined): [Value] | undefined {
  return text === undefined ? undefined : [text]
}

/** The values of a port, or of netgroups, of which one is good if any is. */
function plainValues(aspect: Aspect, literals: readonly Literal[]): Value[] {
  const wanted = literals.filter(({ holds }) => holds).map(({ test }) => test)
  if (aspect === 'port') {
    return [undefined, ...wanted.flatMap((test) => (test.kind === 'port' ? [test.port] : []))]
  }
  return [undefined, wanted.flatMap((test) => (test.kind === 'member' ? [test.group] : []))]
}

/** Texts that patterns name: more often than not one of them is good. */
function likelyTexts(literals: readonly Literal[], language: Language): string[] {
  const texts = literals.flatMap(({ test, holds }) =>
    holds && test.kind === 'text' && test.pattern.kind === 'equals' ? [test.pattern.text] : [],
  )
  return texts.filter((text) => isIn(language, text))
}

function firstGood(values: readonly Value[], literals: readonly Literal[]): [Value] | undefined {
  const good = values.findIndex((value) => literals.every((literal) => isSo(literal, value)))
  return good === -1 ? undefined : [values[good]]
}

function isSo({ aspect, test, holds }: Literal, value: Value): boolean {
  return outcomeOf(aspect, test, value) === holds
}

function outcomeOf(aspect: Aspect, test: Test, value: Value): boolean {
  switch (test.kind) {
    case 'port':
      return value === test.port
    case 'given':
      return value !== undefined
    case 'member':
      return Array.isArray(value) && value.includes(test.group)
    case 'ipv4-net':
    case 'ipv6-net':
    case 'text': {
      const isAddress = aspect === 'client.address' || aspect === 'server.address'
      if (isAddress) return passes(test, value as string)
      return test.kind === 'text' && matchesText(test.pattern, value as string)
    }
  }
}

/** What is known of one end; what is not is left out. */
function endOf(
  values: Values,
  end: End,
): { address?: string; name?: string; netgroups?: string[] } {
  const address = values[`${end}.address`] as string
  const name = values[`${end}.name`] as string
  const netgroups = values[`${end}.netgroups`] as string[] | undefined
  return {
    ...(address === UNKNOWN ? {} : { address }),
    ...(name === UNKNOWN ? {} : { name }),
    ...(netgroups === undefined ? {} : { netgroups }),
  }
}
