import { type KnownHosts, type KnownHostsFile } from './store.ts'

/** The known_hosts files of a store as they were read, byte for byte: comments and void lines included. */
export function formatKnownHosts(store: KnownHosts): readonly KnownHostsFile[] {
  return store.texts
}
