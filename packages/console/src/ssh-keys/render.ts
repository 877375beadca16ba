import { escapeControls } from '@gatehouse/core'
import type { Paint } from '../terminal.ts'
import type { PlacingFailure } from './codes.ts'
import type { Placed } from './place-key.ts'
import type { Rotated, RotationResult } from './rotate.ts'

const OUTCOMES: Readonly<Record<Placed['outcome'], string>> = {
  added: 'the key was added, and a login with it passed',
  there: 'the key was there already, and a login with it passed; nothing was changed',
  failed: 'failed',
}

/** What came of placing a key, for people. */
export function renderPlaced(
  { system, account, outcome, failure }: Placed,
  paint: Paint,
): string[] {
  const name = paint('strong', escapeControls(`${account}@${system}`))
  if (failure !== undefined) return [name, ...renderFailure(failure, paint)]
  return [name, `${paint('allow', 'DONE  ')} ${OUTCOMES[outcome]}`]
}

const ACCOUNTS: Readonly<Record<PlacingFailure['account'], string>> = {
  unchanged: 'the account is as it was',
  unknown: 'what the account holds now is not known',
  'new-line-left': 'the line of the new key stands in the account',
}

function renderFailure(
  { code, message, account, warning = [] }: PlacingFailure,
  paint: Paint,
): string[] {
  return [
    `${paint('deny', 'FAILED')} ${code}`,
    `       ${message}`,
    `       ${ACCOUNTS[account]}`,
    ...warning.map((line) => paint('warning', `       ${line}`)),
  ]
}

const HOLDS: Readonly<Record<RotationResult['holds'], string>> = {
  old: 'holds the old key',
  both: 'holds the old key and the new one',
  new: 'holds the new key',
}

/** Where a rotation stands, for people. */
export function renderRotated(
  { from, to, state, inUse, results }: Rotated,
  paint: Paint,
): string[] {
  const accounts = results.flatMap((result) => [
    `${paint('strong', escapeControls(`${result.account}@${result.system}`))} ${HOLDS[result.holds]}`,
    ...(result.failure === undefined ? [] : renderFailure(result.failure, paint)),
  ])
  const left = results.filter(({ holds }) => holds !== 'new').length
  const end =
    state === 'done'
      ? `${paint('allow', 'DONE  ')} no account that is known holds the old key; it is removed`
      : `${paint('warning', 'PENDING')} ${left} of ${results.length} accounts hold the old key; in use is the ${inUse} one`
  return [`old ${from}`, `new ${to}`, ...accounts, end]
}
