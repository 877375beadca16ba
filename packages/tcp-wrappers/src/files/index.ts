export { PolicyFiles, type PolicyFilesOptions } from './policy-files.ts'
