import { ConfigError } from '@gatehouse/core'

/** What `name=value …` says. @throws ConfigError for a word without a name. */
export function argumentsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw new ConfigError(`\`${pair}\` is not an argument: write name=value`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}
