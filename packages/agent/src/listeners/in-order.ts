import type { RequestListener, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** Most requests of one connection that wait: 16; no caller of ours sends any ahead. */
const MAX_WAITING = 16

/** Responses that are not finished, by the connection of their requests. */
const unfinished = new WeakMap<Duplex, Set<ServerResponse>>()

/**
 * Has the requests of each connection answered one after the other, and none behind an answer that ends
 * the connection: Node hands over what a peer sends ahead, whatever comes of the request before it.
 */
export function inOrder(answer: RequestListener): RequestListener {
  return (request, response) => {
    const { socket } = request
    const open = unfinished.get(socket) ?? new Set()
    const before = [...open].at(-1)
    unfinished.set(socket, open.add(response))
    response.once('close', () => open.delete(response))
    if (open.size > MAX_WAITING) socket.destroy()
    const turn = (): void => {
      if (socket.writable) answer(request, response)
    }
    if (before === undefined) turn()
    else before.once('close', turn)
  }
}

/**
 * Does something once the requests that came as a whole are answered: else a peer would take it for the
 * answer to one that is being carried out.
 */
export function afterAnswers(socket: Duplex, work: () => void): void {
  const whole = [...(unfinished.get(socket) ?? [])].filter(({ req }) => req.complete)
  const last = whole.at(-1)
  if (last === undefined) work()
  else last.once('close', work)
}
