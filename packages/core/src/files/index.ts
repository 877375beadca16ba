export { clearLock, withLock, type LockOptions, type LockOwner } from './lock.ts'
export { PolicyFile, type LoadResult, type PolicyFileOptions } from './policy-file.ts'
export { readBounded, type BoundedRead, type ReadFailure } from './read-bounded.ts'
export { replaceFile, type ReplaceOptions } from './replace-file.ts'
