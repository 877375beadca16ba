import type { Command } from 'commander'
import {
  listTasks,
  runTask,
  showTask,
  stopTask,
  type TaskOptions,
  type TaskRunOptions,
} from './commands/task.ts'
import type { Account } from './exec/account.ts'
import type { ExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

/** Adds the commands of the task facility. */
export function addTaskCommands(
  program: Command,
  { terminal, account }: { readonly terminal: Terminal; readonly account: Account },
  {
    done,
    withOperator,
  }: {
    readonly done: (code: ExitCode) => void
    readonly withOperator: (command: Command) => Command
  },
): void {
  const task = program.command('task').description('tools on systems by SSH')

  withConsole(withOperator(task.command('run')))
    .description('run a tool on systems, on all of them or none')
    .argument('<tool>', 'name of the tool')
    .option('--on <systems>', 'names separated by commas, or `all`; default: as the tool says')
    .option('--argument <name=value...>', 'arguments of the tool, by name or number')
    .option('--audit <file>', 'audit log that takes what is done')
    .option('--detach', 'leave it to the running console, and print its number')
    .action(async (tool: string, options: TaskRunOptions) => {
      done(await runTask(tool, options, { terminal, account }))
    })
  withConsole(task.command('list'))
    .description('tasks of a running console, the newest first')
    .action(async (options: TaskOptions) => {
      done(await listTasks(options, terminal))
    })
  withConsole(task.command('show'))
    .description('a task of a running console, with its output')
    .argument('<task>', 'as `task list` prints it')
    .action(async (id: string, options: TaskOptions) => {
      done(await showTask(id, options, terminal))
    })
  const stopping = [
    ['cancel', 'start no further run of a task; those that run go on'],
    ['kill', 'end the connections of a task; what runs on systems may go on'],
  ] as const
  for (const [how, description] of stopping) {
    withConsole(task.command(how))
      .description(description)
      .argument('<task>', 'as `task list` prints it')
      .action(async (id: string, options: TaskOptions) => {
        done(await stopTask(how, id, options, terminal))
      })
  }
}

/** Where the systems are, and which console is asked. */
function withConsole(command: Command): Command {
  return command
    .option('--systems <file>', 'systems file (GATEHOUSE_SYSTEMS, else ./systems.json)')
    .option('--console <url>', 'a running console (GATEHOUSE_CONSOLE)')
    .option('--inner-key <file>', 'key of that console (GATEHOUSE_INNER_KEY)')
    .option('--trust <file>', 'trust list for a console with HTTPS (GATEHOUSE_TRUST)')
    .option('--json', 'one JSON object')
}
