import type { Options } from '../command.ts'
import { markdownTable } from '../markdown-table.ts'
import { report } from '../report.ts'
import { HOST, makeChains, type Chain } from './faulty-chains.ts'
import type { KeyKind } from './issue.ts'
import { VERIFIERS, type Verifier } from './verifiers.ts'

/** What each library says of one chain. */
interface Accepted {
  /** What is wrong with the chain; `null`: nothing. */
  readonly fault: string | null
  readonly key: KeyKind
  /** Whether it is accepted, by library; those that cannot read the key are not asked. */
  readonly accepted: Readonly<Record<string, boolean>>
}

/**
 * Who accepts what must be refused: chains of our own making, each with one fault.
 *
 * @throws Error when anybody refuses the chain that is right, or ours accepts one that is not.
 */
export async function benchAcceptance(options: Options): Promise<void> {
  const figures: Accepted[] = []
  for (const key of ['P-256', 'RSA-2048'] as const) {
    for (const chain of makeChains(key)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      figures.push(await askAll(key, chain))
    }
  }
  report({ name: 'certificate-acceptance', body: tableOf(figures), figures }, options)
}

async function askAll(key: KeyKind, chain: Chain): Promise<Accepted> {
  const accepted: Record<string, boolean> = {}
  for (const verifier of VERIFIERS) {
    if (key === 'P-256' && verifier.isRsaOnly === true) continue
    // oxlint-disable-next-line no-await-in-loop -- as above
    const isAccepted = await accepts(verifier, chain)
    const isOurs = verifier === VERIFIERS[0]
    if (
      (chain.fault === null && !isAccepted) ||
      (isOurs && isAccepted !== (chain.fault === null))
    ) {
      throw new Error(`${verifier.name}, ${key}, ${chain.fault ?? 'nothing wrong'}: ${isAccepted}`)
    }
    accepted[verifier.name] = isAccepted
  }
  return { fault: chain.fault, key, accepted }
}

async function accepts({ open }: Verifier, { leaf, roots, between }: Chain): Promise<boolean> {
  try {
    return await open(roots, HOST)(between)(leaf)
  } catch {
    return false
  }
}

/** A row for each fault; what differs between kinds of keys is said. */
function tableOf(figures: readonly Accepted[]): string {
  const names = VERIFIERS.map(({ name }) => name)
  const chains = figures.filter(({ key }) => key === 'RSA-2048')
  const answersOf = ({ fault }: Accepted, index: number, name: string): string => {
    const other = figures.filter(({ key }) => key === 'P-256')[index]
    const found = [chains[index], other].flatMap((one) => one?.accepted[name] ?? [])
    const isSame = new Set(found).size === 1
    const words = found.map((isAccepted) => wordOf(isAccepted, fault))
    return isSame ? (words[0] ?? '–') : `RSA ${words[0]}, EC ${words[1]}`
  }
  const counts = names.map((name) => {
    const wrong = chains.filter(({ fault, accepted }) => fault !== null && accepted[name] === true)
    return String(wrong.length)
  })
  return markdownTable([
    ['what is wrong with the chain', ...names],
    ...chains.map((chain, index) => [
      chain.fault ?? 'nothing',
      ...names.map((name) => answersOf(chain, index, name)),
    ]),
    ['accepted wrongly, RSA-2048', ...counts],
  ])
}

function wordOf(isAccepted: boolean, fault: string | null): string {
  if (!isAccepted) return 'refused'
  return fault === null ? 'accepted' : '**accepted**'
}
