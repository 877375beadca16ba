/** A value of DER, read without any strictness: what oracles compare with. */
export interface Node {
  readonly tag: number
  /** The value with its header. */
  readonly whole: Buffer
  readonly content: Buffer
}

/** The values in some DER one after another; those that reach beyond its end are left out. */
export function nodesOf(der: Buffer): Node[] {
  const nodes: Node[] = []
  for (let at = 0; at + 2 <= der.length;) {
    const first = der[at + 1] as number
    const count = first < 0x80 ? 0 : first & 0x7f
    const contents = at + 2 + count
    const length = count === 0 ? first : Number.parseInt(der.toString('hex', at + 2, contents), 16)
    const end = contents + length
    if (!(end <= der.length)) break
    nodes.push({
      tag: der[at] as number,
      whole: der.subarray(at, end),
      content: der.subarray(contents, end),
    })
    at = end
  }
  return nodes
}

/** What is signed, and by which signature, of a certificate, list or request. */
export function signedParts(der: Buffer): { readonly body: Node; readonly signature: Buffer } {
  const [body, , signature] = nodesOf(nodesOf(der)[0]?.content ?? der)
  if (body === undefined || signature === undefined) throw new Error('nothing is signed')
  return { body, signature: signature.content.subarray(1) }
}

/** One extension of the signed part of a certificate or list. */
interface NaiveExtension {
  /** Contents of its identifier, in hexadecimal. */
  readonly type: string
  readonly critical: boolean
  /** What its OCTET STRING holds. */
  readonly value: Buffer
}

/** The extensions in what is signed, which stand in a value with a tag of their own. */
export function extensionsOf({ content }: Node, tag: number): NaiveExtension[] {
  const around = nodesOf(content).findLast((one) => one.tag === tag)
  const list = nodesOf(around?.content ?? Buffer.alloc(0))[0]
  return nodesOf(list?.content ?? Buffer.alloc(0)).map(({ content: inside }) => {
    const [type, second, third] = nodesOf(inside)
    const critical = second?.tag === 1
    const value = (critical ? third : second)?.content ?? Buffer.alloc(0)
    return { type: type?.content.toString('hex') ?? '', critical, value }
  })
}
