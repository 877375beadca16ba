import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { argumentsOf, commandOf, type ReadCommand, type ToolCommand } from '../src/index.ts'
import { stateOf } from './states.ts'

function read(inner: string, type = 'ssa'): ReadCommand {
  const element = type === 'web-launch' ? 'web-launch-tool' : `${type}-command-tool`
  const tools = `<tool-list>\n<${element} name="t">${inner}</${element}></tool-list>`
  const [tool] = stateOf({ tools }).tools
  if (tool === undefined) throw new TypeError('no tool')
  return commandOf(tool)
}

function block(content: string): string {
  return `<ssa-block>${content}</ssa-block>`
}

function commandIn(inner: string, type = 'ssa'): ToolCommand {
  const result = read(inner, type)
  if ('refusal' in result) throw new TypeError(result.refusal.code)
  return result.command
}

/** What `/bin/sh` makes of a command with some arguments. */
function printed(text: string, ...values: string[]): string {
  const parameters = values.map(() => '<parameter/>').join('')
  const { script } = commandIn(block(`<command><![CDATA[${text}]]></command>${parameters}`))
  return execFileSync('/bin/sh', ['-c', script, 'sh', ...values], { encoding: 'utf8' })
}

test('the command of a definition comes with its variables, and its output is logged', () => {
  const command = commandIn(
    `<env-variable name="A" value="1"/><env-variable name="B"> 2 &amp; 3 </env-variable>${block(
      '<command command-type="stdout"> /bin/df -k\n</command>',
    )}`,
  )
  expect(command).toEqual({
    runsOn: 'targets',
    script: '/bin/df -k',
    parameters: [],
    environment: new Map([
      ['A', '1'],
      ['B', '2 & 3'],
    ]),
    logsOutput: true,
  })
})

test('the output of a command with log off is not logged', () => {
  expect(commandIn(block('<command log="false">x</command>')).logsOutput).toBe(false)
})

test('a multiple-system-aware tool runs on the management server', () => {
  const inner =
    '<msa-block><command>x</command><execution-system>CMS</execution-system></msa-block>'
  expect(commandIn(inner, 'msa').runsOn).toBe('cms')
})

test.each([
  ['command-missing', ''],
  ['command-missing', block('<command> </command>')],
  ['command-repeated', block('<command>a</command><command>b</command>')],
  ['command-type-unsupported', block('<command command-type="x-window">a</command>')],
  ['copy-unsupported', block('<copy-block><source>a</source></copy-block><command>a</command>')],
  ['definition-unsupported', block('<command shell="csh">a</command>')],
  ['definition-unsupported', block('<command>a<b/></command>')],
  ['definition-unsupported', block('<command>a</command><other/>')],
  ['definition-unsupported', block('<command>a</command><execution-system>CMS</execution-system>')],
  ['definition-unsupported', block('<command>a</command><parameter name="2"/>')],
  [
    'definition-unsupported',
    block('<command>a</command><parameter name="a"/><parameter name="a"/>'),
  ],
  ['definition-unsupported', block(`<command>a</command>${'<parameter/>'.repeat(10)}`)],
  ['variable-malformed', `<env-variable name="A B"/>${block('<command>a</command>')}`],
  ['variable-malformed', `<env-variable>x</env-variable>${block('<command>a</command>')}`],
  ['variable-reserved', `<env-variable name="MX_USER"/>${block('<command>a</command>')}`],
  [
    'variable-repeated',
    `<env-variable name="A"/><env-variable name="A"/>${block('<command>a</command>')}`,
  ],
  ['substitution-unsupported', block('<command>date +%H</command>')],
  ['substitution-unsupported', block('<command>a \\%1</command><parameter/>')],
  ['substitution-unsupported', block('<command>a %</command>')],
  ['parameter-undefined', block('<command>a %2</command><parameter/>')],
  ['parameter-quoted', block("<command>sh -c 'ls %1'</command><parameter/>")],
])('%s: %s', (code, inner) => {
  const source = { file: 'tools', line: 2 }
  expect(read(inner)).toMatchObject({ refusal: { code, source } })
})

test.each([
  ['not-a-command-tool', 'web-launch', ''],
  [
    'execution-system-unsupported',
    'msa',
    '<msa-block><command>a</command><execution-system>db01</execution-system></msa-block>',
  ],
])('%s: a tool of type %s', (code, type, inner) => {
  expect(read(inner, type)).toMatchObject({ refusal: { code } })
})

const HOSTILE = '$(echo no) `echo no`; echo no | "\'*\n'

test('an argument is one word of the shell, whatever is in it', () => {
  expect(printed('printf "<%%s>" %1 %2', HOSTILE, 'b c')).toBe(`<${HOSTILE}><b c>`)
  expect(printed('printf "<%%s>" "x %1 y" %1%1', HOSTILE)).toBe(
    `<x ${HOSTILE} y><${HOSTILE}${HOSTILE}>`,
  )
})

test('an argument never becomes code, where quoting is misjudged either', () => {
  expect(printed('# 5" disk\nprintf "<%%s>" "%1"', 'a $(id)')).toBe('<a><$(id)>')
})

test('arguments go by name or by number, and an optional one is empty', () => {
  const { parameters } = commandIn(
    block('<command>a %1 %2</command><parameter name="path"/><parameter required="false"/>'),
  )
  expect(argumentsOf({ parameters }, { path: '/x' })).toEqual({ values: ['/x', ''] })
  expect(argumentsOf({ parameters }, { 1: '/x', 2: 'y' })).toEqual({ values: ['/x', 'y'] })
  expect(parameters).toMatchObject([{ name: 'path' }, { name: '2', prompt: null }])
})

test.each([
  ['argument-missing', {}],
  ['argument-unknown', { path: '', other: '' }],
  ['argument-unknown', { path: '', 1: '' }],
  ['argument-malformed', { path: 'a\0b' }],
  ['argument-malformed', { path: 'a\ud800' }],
])('%s: %o', (code, given) => {
  const { parameters } = commandIn(block('<command>a %1</command><parameter name="path"/>'))
  const refusal = { code, source: { request: 'arguments' } }
  expect(argumentsOf({ parameters }, given)).toMatchObject({ refusal })
})
