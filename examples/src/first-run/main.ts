import { once } from 'node:events'
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import {
  askStatement,
  painter,
  processTerminal,
  systemsFile,
  type CallResult,
} from '@gatehouse/console'
import { missingAddresses } from './addresses.ts'
import { renderStatements, renderStep } from './print.ts'
import { STEPS, type Step } from './scenario.ts'
import { SAMPLES, startSetUp, type SetUp } from './set-up.ts'

/** Exit code of a run in which a system answered other than the scenario expects. */
const UNEXPECTED = 3

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } })
const terminal = processTerminal()
const paint = painter(terminal.colour)
const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
const setUp = await startSetUp()
try {
  const missing = await missingAddresses(STEPS.flatMap(({ from }) => from ?? []))
  print(introduction(setUp, missing))
  const surprises = await runSteps(setUp, missing)
  print(await promises(setUp))
  if (surprises.length > 0) {
    for (const surprise of surprises) terminal.err(`${surprise}\n`)
    process.exitCode = UNEXPECTED
  } else if (!values.once) {
    print(whatNext(setUp))
    await stopped
  }
} finally {
  await setUp.close()
}

function print(lines: readonly string[]): void {
  terminal.out(`${lines.join('\n')}\n`)
}

function introduction({ agents }: SetUp, missing: ReadonlySet<string>): string[] {
  const systems = agents.map(({ name, daemonAddress: { address, port } }) => {
    const place = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
    return `  ${name.padEnd(6)}  ${place}`
  })
  return [
    paint('strong', 'Three systems on this machine, each with a policy of its own'),
    `Their files are in ${relative(process.cwd(), SAMPLES) || '.'}, one folder for each.`,
    '',
    ...systems,
    '',
    ...[...missing].flatMap((address) => [
      `${address} cannot be used here, another takes its place.`,
      '',
    ]),
  ]
}

/** Sends the dozen in order, from another address where one is missing, and says which answers were not the expected ones. */
async function runSteps({ console }: SetUp, missing: ReadonlySet<string>): Promise<string[]> {
  const surprises: string[] = []
  for (const [index, step] of STEPS.entries()) {
    const { systems, call } = step
    const from = step.from === undefined || missing.has(step.from) ? {} : { from: step.from }
    // oxlint-disable-next-line no-await-in-loop -- what a request meets depends on those before it
    const results = await console.call({ systems, call, ...from })
    print(renderStep(index + 1, step, results, paint))
    surprises.push(...unexpected(index + 1, step, results))
  }
  return surprises
}

function unexpected(number: number, { expect }: Step, results: readonly CallResult[]): string[] {
  return expect.flatMap(({ outcome, code }, index) => {
    const result = results[index]
    const answer = result !== undefined && 'answer' in result ? result.answer : undefined
    const came = answer === undefined ? 'no answer' : `${answer.outcome} ${answer.reasons[0]?.code}`
    const expected = `${outcome} ${code}`
    if (came === expected && answer?.error === undefined) return []
    return [`request ${number}: expected ${expected}, came ${came} ${answer?.error?.code ?? ''}`]
  })
}

async function promises({ systemsPath }: SetUp): Promise<string[]> {
  const systems = await systemsFile(systemsPath).list()
  const answers = await Promise.all(
    systems.map(async (system) => ({ system, result: await askStatement(system) })),
  )
  const stated = answers.flatMap(({ system, result }) =>
    'answer' in result ? [{ name: system.name, answer: result.answer }] : [],
  )
  const lines = (kind: string, of: 'actions' | 'invocations'): string[] => {
    const statements = stated.map(({ name, answer }) => ({ system: name, statement: answer[of] }))
    return renderStatements(kind, statements, paint)
  }
  return [
    paint('strong', 'What stands behind these answers, and what does not'),
    '',
    ...lines('Actions', 'actions'),
    ...lines('Invocations', 'invocations'),
  ]
}

function whatNext({ console, systemsPath }: SetUp): string[] {
  const through = `--console ${console.url} --systems ${systemsPath}`
  return [
    `${paint('strong', 'The console')} shows the same at ${console.url}`,
    '',
    'Try, in another terminal at the root of this repository:',
    '',
    `  npx gatehouse call web01,db01 action chart --user bob --systems ${systemsPath}`,
    `  npx gatehouse call all invoke SysInfo getHostName --user oper --group ${through}`,
    `  npx gatehouse check ${relative(process.cwd(), SAMPLES)}/lab01/Trusted.txt`,
    '',
    'Ctrl-C ends it.',
  ]
}
