import type { Configuration } from '../model.ts'

/**
 * The text that a configuration was parsed from, each line with its own end; a byte order mark is
 * left out. Parses to an equal configuration with the same options.
 */
export function format(configuration: Configuration): string {
  return configuration.lines.map(({ text, end }) => text + end).join('')
}
