import { BoxIndex, maximal } from './box-index.ts'
import { ANY_NAME, meet, type Box, type Span } from './box.ts'
import { fold, operationOf } from './coverage.ts'
import type { Request, Scope } from './model.ts'
import type { AskedOperation } from './who-can.ts'

/** Which names a column of a region stands for. */
export type NamePattern =
  | { readonly match: 'any' }
  /** This spelling only, as grants compare. */
  | { readonly match: 'exact'; readonly name: string }
  /** Every spelling of a name, as restrictions compare; given in lower case. */
  | { readonly match: 'any-case'; readonly name: string }

/** Operations that have something in common, column by column: all that the columns allow for. */
export interface OperationBox {
  /** The three parts of the agent's identity. */
  readonly node: {
    readonly name: NamePattern
    readonly dns: NamePattern
    readonly domain: NamePattern
  }
  /** How the request reaches the agent. */
  readonly scopes: readonly Scope[]
  /** Full name. */
  readonly microagent: NamePattern
  /** Method name. */
  readonly method: NamePattern
  /** What the method does; `ACTION` stands for every impact but `INFO`. */
  readonly impacts: readonly ('INFO' | 'ACTION')[]
}

/** Operations that have something in common, less exceptions. */
export interface OperationRegion extends OperationBox {
  /** What is not in the region; each of them lies inside, and none can be left out. */
  readonly except: readonly OperationBox[]
}

/** Requests that have something in common, column by column. */
export interface RequestBox extends OperationBox {
  readonly user: NamePattern
}

/** Requests that have something in common, less exceptions. */
export interface RequestRegion extends RequestBox {
  /** What is not in the region; each of them lies inside, and none can be left out. */
  readonly except: readonly RequestBox[]
}

/** Whether an operation is in a region. */
export function includesOperation(region: OperationRegion, operation: AskedOperation): boolean {
  return isInside(region, operation) && !region.except.some((box) => isInside(box, operation))
}

/** Whether a request is in a region. */
export function includesRequest(region: RequestRegion, request: Request): boolean {
  const isIn = (box: RequestBox): boolean =>
    matches(box.user, request.user) && isInside(box, request)
  return isIn(region) && !region.except.some(isIn)
}

function isInside(box: OperationBox, asked: AskedOperation): boolean {
  const { node, scopes, microagent, method, impacts } = box
  return (
    matches(node.name, asked.node.name) &&
    matches(node.dns, asked.node.dns) &&
    matches(node.domain, asked.node.domain) &&
    scopes.includes(asked.scope) &&
    matches(microagent, asked.microagent) &&
    matches(method, asked.method) &&
    impacts.includes(asked.impact === 'INFO' ? 'INFO' : 'ACTION')
  )
}

function matches(pattern: NamePattern, name: string): boolean {
  switch (pattern.match) {
    case 'any':
      return true
    case 'exact':
      return pattern.name === name
    case 'any-case':
      return pattern.name === fold(name)
  }
}

/**
 * A region as one line for people, such as `user ops, any node, point-to-point, any microagent,
 * method execute, ACTION, except …`. A name in any case is marked so.
 */
export function describeRegion(region: OperationRegion | RequestRegion): string {
  const except = region.except.map((box) => `(${describeBox(box)})`)
  const box = describeBox(region)
  return except.length === 0 ? box : `${box}, except ${except.join(', ')}`
}

function describeBox(box: OperationBox | RequestBox): string {
  const { node, scopes, microagent, method, impacts } = box
  return [
    ...('user' in box ? [describeName('user', box.user)] : []),
    describeName('node', node.name),
    ...(node.dns.match === 'any' ? [] : [describeName('dns', node.dns)]),
    ...(node.domain.match === 'any' ? [] : [describeName('domain', node.domain)]),
    scopes.join(' and '),
    describeName('microagent', microagent),
    describeName('method', method),
    impacts.join(' and '),
  ].join(', ')
}

function describeName(column: string, pattern: NamePattern): string {
  if (pattern.match === 'any') return `any ${column}`
  return `${column} ${pattern.name}${pattern.match === 'any-case' ? ' in any case' : ''}`
}

/** Regions for what boxes cover and others do not. */
export function regionsOf(boxes: readonly Box[], others: BoxIndex<Box>): RequestRegion[] {
  return boxes.flatMap(split).map((box) => {
    const except = [...others.across(box)].flatMap((other) => meet(other, box) ?? [])
    return { ...requestBoxOf(box), except: maximal(except).flatMap(split).map(requestBoxOf) }
  })
}

/** A box as some that are scopes by impacts each; they share no request. */
function split({ spans, operations }: Box): Box[] {
  const [both, ...apart] = [SCOPES, ...SCOPES.map((scope) => [scope])].map((scopes) => {
    const impacts = IMPACTS.filter((impact) => scopes.some((s) => has(operations, s, impact)))
    return maskOf(scopes, impacts)
  }) as [number, ...number[]]
  const masks = both === operations ? [both] : apart.filter((mask) => mask !== 0)
  return masks.map((mask) => ({ spans, operations: mask }))
}

const SCOPES = ['point-to-point', 'group'] as const
const IMPACTS = ['INFO', 'ACTION'] as const

function has(operations: number, scope: Scope, impact: 'INFO' | 'ACTION'): boolean {
  return (operations & (1 << operationOf(scope, impact))) !== 0
}

function maskOf(scopes: readonly Scope[], impacts: readonly ('INFO' | 'ACTION')[]): number {
  const bits = scopes.flatMap((scope) => impacts.map((impact) => 1 << operationOf(scope, impact)))
  return bits.reduce((mask, bit) => mask | bit, 0)
}

function requestBoxOf({ spans, operations }: Box): RequestBox {
  const [user, name, dns, domain, microagent, method] = spans.map(patternOf) as [
    NamePattern,
    NamePattern,
    NamePattern,
    NamePattern,
    NamePattern,
    NamePattern,
  ]
  return {
    user,
    node: { name, dns, domain },
    scopes: SCOPES.filter((scope) => IMPACTS.some((impact) => has(operations, scope, impact))),
    microagent,
    method,
    impacts: IMPACTS.filter((impact) => SCOPES.some((scope) => has(operations, scope, impact))),
  }
}

function patternOf(span: Span): NamePattern {
  if (span === ANY_NAME) return { match: 'any' }
  return { match: span.startsWith('=') ? 'exact' : 'any-case', name: span.slice(1) }
}
