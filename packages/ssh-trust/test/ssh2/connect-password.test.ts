import { Secret } from '@gatehouse/core'
import type { AuthContext, Prompt } from 'ssh2'
import { describe, expect, test } from 'vitest'

import { connect, type SshError } from '../../src/ssh2/index.ts'
import { lenientServer } from './fakes.ts'
import { optionsFor, place } from './places.ts'

/** Logs in by the password `secret`; gives what came of it, and each attempt, without those that no method was of. */
async function byPassword(
  answer: (context: AuthContext) => void,
): Promise<{ readonly code: string; readonly message: string; readonly attempts: unknown[] }> {
  const attempts: unknown[] = []
  const port = await lenientServer((connection) => {
    connection.on('authentication', (context) => {
      if (context.method === 'none') attempts.push('none')
      else if (context.method !== 'password') attempts.push(context.method)
      else attempts.push(['password', context.password])
      answer(context)
    })
  })
  const login = { password: new Secret('secret') }
  const connecting = connect(await optionsFor(port, place(), { login }))
  const { code, message } = await connecting.then(
    (connection) => {
      connection.close()
      return { code: 'connected', message: '' }
    },
    (error: SshError) => error,
  )
  return { code, message, attempts }
}

describe('a password', () => {
  test('is sent once, when the host has said that it takes one', async () => {
    const { code, attempts } = await byPassword((context) => {
      context.reject(['publickey', 'password', 'keyboard-interactive'])
    })
    expect(code).toBe('login-refused')
    expect(attempts).toEqual(['none', ['password', 'secret']])
  })

  test('that has to be changed is a refused login', async () => {
    const { code } = await byPassword((context) => {
      if (context.method === 'password') context.requestChange('new one', () => {})
      else context.reject(['password'])
    })
    expect(code).toBe('login-refused')
  })

  test('is not sent to a host that takes none, and what that takes is told', async () => {
    const { code, message, attempts } = await byPassword((context) => {
      context.reject(['publickey', 'host\u001bbased'] as never)
    })
    expect(code).toBe('login-refused')
    expect(message).toContain('publickey, host<U+001B>based')
    expect(attempts).toEqual(['none'])
  })

  test('is the answer to one hidden question, where a host asks instead', async () => {
    const answers: unknown[] = []
    const { code, attempts } = await byPassword((context) => {
      if (context.method !== 'keyboard-interactive') {
        context.reject(['publickey', 'keyboard-interactive'])
        return
      }
      context.prompt([{ prompt: 'Password: ', echo: false }], (given) => {
        answers.push(given)
        // As sshd with PAM: it asks for nothing before it lets in.
        context.prompt([], () => context.accept())
      })
    })
    expect([code, attempts]).toEqual(['connected', ['none', 'keyboard-interactive']])
    expect(answers).toEqual([['secret']])
  })

  const HIDDEN = { prompt: 'Password: ', echo: false }

  test.each<[string, readonly Prompt[][], number]>([
    ['is to be seen', [[{ prompt: 'User: ', echo: true }]], 0],
    ['is one of two', [[HIDDEN, { prompt: 'Token: ', echo: false }]], 0],
    ['comes after the first', [[HIDDEN], [{ prompt: 'Again: ', echo: false }]], 1],
  ])('is no answer to a question that %s', async (_which, asked, sent) => {
    const answers: unknown[] = []
    const { code } = await byPassword((context) => {
      const rounds = [...asked]
      const ask = (): void => {
        const round = rounds.shift()
        if (context.method !== 'keyboard-interactive') context.reject(['keyboard-interactive'])
        else if (round === undefined) context.accept()
        else {
          context.prompt(round, (given) => {
            answers.push(given)
            ask()
          })
        }
      }
      ask()
    })
    expect(code).toBe('login-refused')
    expect(answers).toHaveLength(sent)
  })
})
