import {
  allow,
  ConfigError,
  deny,
  GUARANTEES,
  type Decision,
  type Deny,
  type Guarantee,
  type Reason,
  type Reasons,
  type Reliance,
  type SourceRef,
} from '@gatehouse/core'
import { MAX_PACKED_BYTES, type Operation, type PolicyDescription } from './model.ts'
import { readOperation, type OperationFault } from './operation.ts'

/** Most reasons of a policy's decision: 32, far above the parts that one policy has. */
const MAX_REASONS = 32
/** Longest text that a policy may give as a code, a fact or a name, in characters: one line. */
const MAX_CHARACTERS = 4096
const CLASS_NAME = /^[A-Za-z_$][\w$-]*(?:\.[A-Za-z_$][\w$-]*)*$/

/** Whether a text can be the class name of a policy: a dotted name of at most 256 characters. */
export function isClassName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 256 && CLASS_NAME.test(value)
}

/** A frozen copy of a decision that a policy made; undefined for whatever is none. */
export function readDecision(value: unknown): Decision | undefined {
  if (!isRecord(value)) return undefined
  const { outcome, reasons } = value
  if (outcome !== 'allow' && outcome !== 'deny') return undefined
  if (!Array.isArray(reasons) || reasons.length === 0 || reasons.length > MAX_REASONS) {
    return undefined
  }
  const read = Array.from(reasons as unknown[], readReason)
  if (read.includes(undefined)) return undefined
  return (outcome === 'allow' ? allow : deny)(...(read as unknown as Reasons))
}

function readReason(value: unknown): Reason | undefined {
  if (!isRecord(value)) return undefined
  const { code, source, facts } = value
  if (!isText(code)) return undefined
  const ownSource = source === undefined ? undefined : readSource(source)
  const ownFacts = facts === undefined ? undefined : readTexts(facts)
  if (source !== undefined && ownSource === undefined) return undefined
  if (facts !== undefined && ownFacts === undefined) return undefined
  return {
    code,
    ...(ownSource === undefined ? {} : { source: ownSource }),
    ...(ownFacts === undefined ? {} : { facts: ownFacts }),
  }
}

const SOURCE_KINDS = ['certificate', 'key', 'view', 'request', 'table']

function readSource(value: unknown): SourceRef | undefined {
  if (!isRecord(value)) return undefined
  const { file, line, column } = value
  if (isText(file)) {
    if (!isPlace(line) || !isPlace(column)) return undefined
    return Object.freeze({
      file,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    })
  }
  const kind = SOURCE_KINDS.find((name) => Object.hasOwn(value, name))
  const name = kind === undefined ? undefined : value[kind]
  return kind !== undefined && isText(name)
    ? (Object.freeze({ [kind]: name }) as unknown as SourceRef)
    : undefined
}

function isPlace(value: unknown): value is number | undefined {
  return value === undefined || (Number.isSafeInteger(value) && Number(value) >= 1)
}

function readTexts(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(value)) return undefined
  const entries = Object.entries(value)
  if (entries.length > MAX_REASONS || !entries.every(([, text]) => isText(text))) return undefined
  return Object.freeze(Object.fromEntries(entries) as Record<string, string>)
}

/** {@link Unpacked}, read once; its operation may have a fault. */
interface ReadUnpacked {
  readonly id: Uint8Array
  readonly user: string
  readonly operation: Operation | OperationFault
}

/** What `unpack` answered, read once; undefined when it is neither of the two things that it may be. */
export function readUnpacked(value: unknown): Deny | ReadUnpacked | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if ('outcome' in value) {
    const decision = readDecision(value)
    return decision?.outcome === 'deny' ? decision : undefined
  }
  const { id, user, operation } = value as Record<string, unknown>
  if (!(id instanceof Uint8Array) || typeof user !== 'string') return undefined
  if (id.length > MAX_PACKED_BYTES) return undefined
  return { id: Uint8Array.from(id), user, operation: readOperation(operation) }
}

/** A copy of a description. @throws ConfigError when a policy describes itself otherwise than its interface says. */
export function readDescription(value: unknown): PolicyDescription {
  if (!isRecord(value)) throw undescribed('describe')
  const { className, text, accepts = [], provides, reliesOn, openings = [] } = value
  if (!isClassName(className)) throw undescribed('className')
  if (!isText(text)) throw undescribed('text')
  if (!isListOf(accepts, isClassName)) throw undescribed('accepts')
  if (!isListOf(provides, isGuarantee)) throw undescribed('provides')
  if (!isListOf(reliesOn, isReliance)) throw undescribed('reliesOn')
  if (!isListOf(openings, isText)) throw undescribed('openings')
  return Object.freeze({
    className,
    text,
    accepts: Object.freeze([...accepts]),
    provides: Object.freeze([...provides]),
    reliesOn: Object.freeze(reliesOn.map(({ guarantee, of }) => Object.freeze({ guarantee, of }))),
    openings: Object.freeze([...openings]),
  })
}

function undescribed(field: string): ConfigError {
  return new ConfigError(`a security policy describes itself without a proper \`${field}\``)
}

function isListOf<Item>(value: unknown, is: (item: unknown) => item is Item): value is Item[] {
  return Array.isArray(value) && value.length <= MAX_REASONS && value.every((item) => is(item))
}

function isGuarantee(value: unknown): value is Guarantee {
  return GUARANTEES.some((guarantee) => guarantee === value)
}

function isReliance(value: unknown): value is Reliance {
  return isRecord(value) && isGuarantee(value['guarantee']) && isText(value['of'])
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_CHARACTERS
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
