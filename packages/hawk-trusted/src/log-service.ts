import type { LoadCode } from './codes.ts'
import type { LogService } from './model.ts'
import type { Token } from './tokens.ts'

/** An error in the options of a `<LogService>` line. */
export interface OptionFault {
  readonly code: LoadCode
  readonly token: Token
}

type Setting = Partial<Omit<LogService, 'kind' | 'line'>>

const READERS: Readonly<Record<string, (value: Token) => Setting | LoadCode>> = {
  '-log_dir': ({ text }) => ({ directory: text }),
  '-log_max_size': ({ text }) => readSize(text) ?? 'log-size-malformed',
  '-log_max_num': ({ text }) =>
    /^\d{1,9}$/.test(text) ? { maxFiles: Number(text) } : 'log-count-malformed',
}

/** Reads the options after `<LogService>`, in any order, each at most once. */
export function readLogService(
  options: readonly Token[],
  line: number,
): { readonly logService: LogService; readonly faults: readonly OptionFault[] } {
  const faults: OptionFault[] = []
  const seen = new Set<string>()
  let logService: LogService = { kind: 'log-service', line }
  for (let index = 0; index < options.length; index += 2) {
    const [option, value] = options.slice(index, index + 2) as [Token, Token?]
    const read = Object.hasOwn(READERS, option.text) ? READERS[option.text] : undefined
    if (read === undefined) {
      faults.push({ code: 'log-option-unknown', token: option })
    } else if (value === undefined) {
      faults.push({ code: 'log-value-missing', token: option })
    } else if (seen.has(option.text)) {
      faults.push({ code: 'log-option-repeated', token: option })
    } else {
      seen.add(option.text)
      const setting = read(value)
      if (typeof setting === 'string') faults.push({ code: setting, token: value })
      else logService = { ...logService, ...setting }
    }
  }
  return { logService: Object.freeze(logService), faults }
}

function readSize(text: string): Setting | undefined {
  const match = /^(\d{1,9})([mM]?)$/.exec(text)
  const amount = Number(match?.[1] ?? 0)
  return amount > 0 ? { maxSize: { amount, unit: match?.[2] === '' ? 'KB' : 'MB' } } : undefined
}
