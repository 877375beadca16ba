import type { Varbind } from '../../message/model.ts'
import type { Absence } from '../../mib.ts'
import { compareOids, formatOid } from '../../oid.ts'
import type { Oid } from '../../model.ts'
import type { ErrorStatus } from '../../verdict.ts'
import type { CommitFailure, ContextObjects, ObjectInstance } from './objects.ts'

/** How a subtree of an {@link ObjectTree} is kept. */
export interface SubtreeOptions {
  /** How old the instances may be when a message is answered. Default 0: the provider is asked for each message that comes by. */
  readonly maxAgeMs?: number
  /**
   * Names of object types in the subtree: what is missing below one is `noSuchInstance`, elsewhere
   * `noSuchObject`. Default: below an instance that is there.
   */
  readonly objectTypes?: readonly Oid[]
}

interface Block {
  readonly subtree: Oid
  readonly provider: () => readonly ObjectInstance[]
  readonly maxAgeMs: number
  readonly objectTypes: readonly Oid[]
  /** Sorted. */
  instances: readonly ObjectInstance[]
  /** When the provider was asked, and the last message that they serve. */
  takenAt: number
  message: number
}

/**
 * The objects of a context, by subtrees. Providers are asked only when a message comes to their
 * subtree, and once for it; instances may come in any order.
 */
export class ObjectTree implements ContextObjects {
  readonly #blocks: Block[] = []
  readonly #now: () => number
  #message = 0

  /** @param options.now - Milliseconds that only rise. Default `performance.now`. */
  constructor(options: { readonly now?: () => number } = {}) {
    this.#now = options.now ?? (() => performance.now())
  }

  /**
   * Adds a subtree.
   *
   * @param provider - Gives all its instances. What throws, or lies outside the subtree, ends a
   *   request in genErr.
   * @throws TypeError when it is inside another one or around it.
   */
  register(
    subtree: Oid,
    provider: () => readonly ObjectInstance[],
    options: SubtreeOptions = {},
  ): void {
    const other = this.#blocks.find(
      (block) => isWithin(block.subtree, subtree) || isWithin(subtree, block.subtree),
    )
    if (other !== undefined) {
      throw new TypeError(
        `subtree \`${formatOid(subtree)}\` overlaps \`${formatOid(other.subtree)}\``,
      )
    }
    const { maxAgeMs = 0, objectTypes = [] } = options
    const block = { subtree, provider, maxAgeMs, objectTypes, instances: [] }
    this.#blocks.splice(this.#blockBefore(subtree) + 1, 0, { ...block, takenAt: 0, message: -1 })
  }

  begin(): void {
    this.#message += 1
  }

  find(oid: Oid): ObjectInstance | Absence {
    const { block, before } = this.#lookUp(oid)
    if (before !== undefined && compareOids(before.oid, oid) === 0) return before
    const isBelow =
      (before !== undefined && isWithin(oid, before.oid)) || isOfType(oid, block?.objectTypes)
    return isBelow ? 'noSuchInstance' : 'noSuchObject'
  }

  next(oid: Oid): ObjectInstance | undefined {
    for (let at = Math.max(this.#blockBefore(oid), 0); at < this.#blocks.length; at += 1) {
      const block = this.#blocks[at] as Block
      if (compareOids(block.subtree, oid) <= 0 && !isWithin(oid, block.subtree)) continue
      const instances = this.#instancesOf(block)
      const found = instances[firstAfter(instances, oid)]
      if (found !== undefined) return found
    }
    return undefined
  }

  test(varbinds: readonly Varbind[], position: number): ErrorStatus {
    const varbind = varbinds[position]
    if (varbind === undefined) return 'genErr'
    const found = this.find(varbind.oid)
    if (typeof found === 'string') return this.#refuseMissing(varbind.oid)
    if (found.write === undefined) return 'notWritable'
    if (varbind.value.type !== found.value.type) return 'wrongType'
    return found.write.test(varbind.value)
  }

  /** Sets one after the other. Nothing is put back: what stands when a later one fails is `undoFailed`. */
  commit(varbinds: readonly Varbind[]): CommitFailure | undefined {
    let committed = 0
    try {
      for (const { oid, value } of varbinds) {
        const found = this.find(oid)
        const status = typeof found === 'string' ? undefined : found.write?.commit(value)
        if (status !== 'noError') return failureAfter(committed)
        committed += 1
      }
      return undefined
    } finally {
      for (const { oid } of varbinds) this.#forget(oid)
    }
  }

  /** RFC 3416 section 4.2.5: whether others of its kind may be set makes the difference. */
  #refuseMissing(oid: Oid): ErrorStatus {
    const { block, before } = this.#lookUp(oid)
    const isBelow = before?.write !== undefined && isWithin(oid, before.oid)
    return isBelow || isOfType(oid, block?.objectTypes) ? 'noCreation' : 'notWritable'
  }

  /** The block that a name is in, and the last instance there that is not after it. */
  #lookUp(oid: Oid): { readonly block?: Block; readonly before?: ObjectInstance | undefined } {
    const block = this.#blocks[this.#blockBefore(oid)]
    if (block === undefined || !isWithin(oid, block.subtree)) return {}
    const instances = this.#instancesOf(block)
    return { block, before: instances[firstAfter(instances, oid) - 1] }
  }

  #forget(oid: Oid): void {
    const block = this.#blocks[this.#blockBefore(oid)]
    if (block !== undefined) Object.assign(block, { message: -1, instances: [] })
  }

  /** Position of the last block whose subtree is not after a name, -1 for none. */
  #blockBefore(oid: Oid): number {
    let low = 0
    let high = this.#blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareOids((this.#blocks[middle] as Block).subtree, oid) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  #instancesOf(block: Block): readonly ObjectInstance[] {
    if (block.message === this.#message) return block.instances
    const isKept = block.message >= 0 && block.maxAgeMs > 0
    if (isKept && this.#now() - block.takenAt <= block.maxAgeMs) {
      block.message = this.#message
      return block.instances
    }
    const takenAt = this.#now()
    block.instances = sorted(block.provider(), block.subtree)
    block.takenAt = takenAt
    block.message = this.#message
    return block.instances
  }
}

/** RFC 3416 section 4.2.5: `commitFailed` promises that nothing has changed. */
function failureAfter(committed: number): CommitFailure {
  return committed === 0
    ? { errorStatus: 'commitFailed', errorIndex: 1 }
    : { errorStatus: 'undoFailed', errorIndex: 0 }
}

function sorted(given: readonly ObjectInstance[], subtree: Oid): readonly ObjectInstance[] {
  const instances = isInOrder(given)
    ? given.slice()
    : given.toSorted((a, b) => compareOids(a.oid, b.oid))
  for (const [at, { oid }] of instances.entries()) {
    const before = instances[at - 1]
    if (!isWithin(oid, subtree)) throw new TypeError(`\`${formatOid(oid)}\` is not in its subtree`)
    if (before !== undefined && compareOids(before.oid, oid) === 0) {
      throw new TypeError(`\`${formatOid(oid)}\` is there twice`)
    }
  }
  return instances
}

function isInOrder(instances: readonly ObjectInstance[]): boolean {
  for (let at = 1; at < instances.length; at += 1) {
    const [before, own] = [instances[at - 1], instances[at]] as [ObjectInstance, ObjectInstance]
    if (compareOids(before.oid, own.oid) > 0) return false
  }
  return true
}

/** Position of the first instance after a name. */
function firstAfter(instances: readonly ObjectInstance[], oid: Oid): number {
  let low = 0
  let high = instances.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareOids((instances[middle] as ObjectInstance).oid, oid) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

function isOfType(oid: Oid, types: readonly Oid[] = []): boolean {
  return types.some((type) => isWithin(oid, type))
}

/** Whether a name is that of a subtree or below it. */
function isWithin(oid: Oid, subtree: Oid): boolean {
  if (oid.length < subtree.length) return false
  for (let at = 0; at < subtree.length; at += 1) {
    if (oid[at] !== subtree[at]) return false
  }
  return true
}
