import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** The next thing that a process says over its channel. @throws Error when it ends instead. */
export async function heard<Saying>(child: ChildProcess): Promise<Saying> {
  const over = new AbortController()
  const { signal } = over
  try {
    const ended = once(child, 'exit', { signal }).then(() => {
      throw new Error('the process ended')
    })
    const said = once(child, 'message', { signal })
    const [saying] = (await Promise.race([said, ended])) as [Saying]
    return saying
  } finally {
    over.abort()
  }
}
