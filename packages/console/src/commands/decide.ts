import { ConfigError, escapeControls } from '@gatehouse/core'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Question, QuestionOptions } from '../kinds/questions.ts'
import { renderAccount, renderDecision } from '../render.ts'
import { painter, type Terminal } from '../terminal.ts'
import { divideOptions, eachPolicy, type PolicyOptions } from './each-policy.ts'

/** Options of the commands that ask policies something. */
export type AskOptions = PolicyOptions & QuestionOptions

/** `gatehouse check POLICY …`: whether policies can be read or, with a request, what they decide. */
export function checkPolicies(
  names: readonly string[],
  options: AskOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  const [policyOptions, question] = divideOptions(options)
  return eachPolicy('check', names, policyOptions, terminal, ({ label, kind }, policy) => {
    const asked = kind.read('request', question)
    if (asked === undefined) {
      const out = `${escapeControls(label)}: ${paint('allow', 'in order')}, a ${kind.name} policy`
      return { exit: EXIT.allow, fields: {}, out }
    }
    const decision = policy.check(asked)
    const out = renderDecision(decision, paint).join('\n')
    return { exit: EXIT[decision.outcome], fields: decision, out }
  })
}

/** `gatehouse explain POLICY …`: what policies decide, which of their lines led to it, and what would change it. */
export function explainPolicies(
  names: readonly string[],
  options: AskOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  const [policyOptions, question] = divideOptions(options)
  return eachPolicy('explain', names, policyOptions, terminal, ({ kind }, policy) => {
    const asked = kind.read('request', question)
    if (asked === undefined) throw new ConfigError('`explain` needs a request: see `--help`')
    const { lines, patch, ...fields } = policy.explain(asked)
    const out = [...renderDecision(fields, paint), ...renderAccount(fields, lines, patch, paint)]
    return { exit: EXIT[fields.outcome], fields, out: out.join('\n') }
  })
}

/** `gatehouse who-can POLICY …`: everybody who may, and nobody else. Exit code 1 when nobody may. */
export function whoCan(
  names: readonly string[],
  options: AskOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return list('who-can', 'operation', names, options, terminal)
}

/** `gatehouse what-can POLICY …`: everything that a caller may, and nothing else. Exit code 1 when that is nothing. */
export function whatCan(
  names: readonly string[],
  options: AskOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return list('what-can', 'caller', names, options, terminal)
}

function list(
  command: 'who-can' | 'what-can',
  question: Question,
  names: readonly string[],
  options: AskOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const [policyOptions, asking] = divideOptions(options)
  return eachPolicy(command, names, policyOptions, terminal, ({ kind }, policy) => {
    const asked = kind.read(question, asking)
    if (asked === undefined) {
      const takes = kind.questions[question].options.map((option) => `--${option}`).join(' ')
      throw new ConfigError(`\`${command}\` of a ${kind.name} policy needs: ${takes}`)
    }
    const { any, lines, answer } =
      command === 'who-can' ? policy.whoCan(asked) : policy.whatCan(asked)
    const out = lines.map(escapeControls).join('\n')
    return { exit: any ? EXIT.allow : EXIT.deny, fields: { any, answer }, out }
  })
}
