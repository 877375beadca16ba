export { PolicyFile, type LoadResult, type PolicyFileOptions } from './policy-file.ts'
export { readBounded, type BoundedRead, type ReadFailure } from './read-bounded.ts'
