import { claimed } from '@gatehouse/core'
import type { AgentNode } from '../model.ts'
import { malformedInvocationField } from '../request.ts'
import {
  MAX_GROUP_NODES,
  MAX_OPERATION_ARGUMENTS,
  type Operation,
  type OperationArguments,
} from './model.ts'

/** What is wrong with a value that should be an operation. */
export interface OperationFault {
  readonly fault: 'operation-malformed' | 'group-too-large'
  /** Path of the field at fault, such as `operation.node.name`. */
  readonly field: string
}

const ARGUMENT_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/

/**
 * Reads an operation that somebody else made: each field once, into a frozen copy with the fields in
 * one fixed order. Fields that an operation does not have are left out.
 */
export function readOperation(value: unknown): Operation | OperationFault {
  if (!isRecord(value)) return malformed('operation')
  const { kind, microagent, method } = value
  const given = value['arguments']
  if (kind !== 'node' && kind !== 'group') return malformed('operation.kind')
  const nodes = kind === 'node' ? [readNode(value['node'])] : readNodes(value['nodes'])
  if ('fault' in nodes) return nodes
  const bad = malformedNode(nodes, microagent, method)
  if (bad !== undefined) {
    const isInGroup = kind === 'group' && bad.startsWith('node')
    return malformed(`operation.${isInGroup ? 'nodes' : bad}`)
  }
  const call = given === undefined ? {} : { arguments: readArguments(given) }
  if ('arguments' in call && call.arguments === undefined) return malformed('operation.arguments')
  const target = kind === 'node' ? { kind, node: nodes[0] } : { kind, nodes: Object.freeze(nodes) }
  return Object.freeze({ ...target, microagent, method, ...call }) as Operation
}

/** The nodes that an operation names. */
export function nodesOf(operation: Operation): readonly AgentNode[] {
  return operation.kind === 'node' ? [operation.node] : operation.nodes
}

/** The path of the first field of nodes that is malformed, as of a request. */
export function malformedNode(
  nodes: readonly AgentNode[],
  microagent: unknown = 'any',
  method: unknown = 'any',
): string | undefined {
  for (const node of nodes) {
    const asked = { microagent: microagent as string, method: method as string }
    const request = { user: claimed('any'), node, scope: 'group' as const, ...asked }
    const field = malformedInvocationField(request)
    if (field !== undefined) return field
  }
  return undefined
}

function malformed(field: string): OperationFault {
  return { fault: 'operation-malformed', field }
}

function readNodes(value: unknown): AgentNode[] | OperationFault {
  if (!Array.isArray(value) || value.length === 0) return malformed('operation.nodes')
  if (value.length > MAX_GROUP_NODES) return { fault: 'group-too-large', field: 'operation.nodes' }
  return Array.from(value as unknown[], readNode)
}

function readNode(value: unknown): AgentNode {
  if (!isRecord(value)) return value as AgentNode
  const { name, dns, domain } = value
  return Object.freeze({ name, dns, domain }) as AgentNode
}

function readArguments(value: unknown): OperationArguments | undefined {
  if (!isRecord(value)) return undefined
  const names = Object.keys(value)
  if (names.length > MAX_OPERATION_ARGUMENTS) return undefined
  const entries = names.toSorted().map((name) => [name, value[name]] as const)
  const isGood = entries.every(([name, each]) => ARGUMENT_NAME.test(name) && isArgument(each))
  return isGood
    ? Object.freeze(Object.fromEntries(entries) as Record<string, string | number | boolean>)
    : undefined
}

function isArgument(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value === 'string' || typeof value === 'boolean'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
