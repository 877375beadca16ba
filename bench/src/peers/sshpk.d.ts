/** What is used of sshpk, which comes without types. */
declare module 'sshpk' {
  interface Key {
    /** Bits. */
    readonly size: number
  }
  const sshpk: { parseKey(text: string, form: 'ssh'): Key }
  export default sshpk
}
