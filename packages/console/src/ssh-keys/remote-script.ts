import { quoteWord } from '../tasks/command-line.ts'

/**
 * Scripts for the account of a system. Each is one line without `!`, so that also a C shell gives it to `/bin/sh`
 * as it stands, and uses nothing that POSIX does not have. It answers in lines that begin with a word that
 * only this run knows: what else a login shell prints is no answer.
 */
const PRELUDE: readonly string[] = [
  'n=$1',
  'f=.ssh/authorized_keys',
  'say() { printf "\\n%s %s\\n" "$n" "$1"; exit 0; }',
  'own() { [ -n "$(find "$1" -prune -user "$(id -u)")" ] || say not-owned; }',
  'cd || say home-missing',
  'if [ -h .ssh ] || [ -h $f ]; then say path-unusable; fi',
  'if [ -e .ssh ]; then [ -d .ssh ] || say path-unusable; own .ssh; fi',
  'if [ -e $f ]; then [ -f $f ] || say path-unusable; own $f; fi',
]

const READ = [
  ...PRELUDE,
  '[ -e $f ] || say missing',
  '[ -r $f ] || say file-unreadable',
  'printf "\\n%s text\\n" "$n"',
  'cat $f',
  'say end',
]

/**
 * Standard input is the old text and then the new one. What is cut short is not written; nor is anything when the
 * file is not the old text any more, byte for byte.
 */
const REPLACE = [
  ...PRELUDE,
  'was=$2 old=$3 all=$4 want=$5 locked=',
  'umask 077',
  't=.ssh/.authorized_keys.$n lock=.ssh/.authorized_keys.lock',
  'clean() { rm -f "$t.all" "$t.old" "$t.new"; if [ -n "$locked" ]; then rmdir $lock; fi; }',
  'end() { clean; say "$1"; }',
  'trap "clean; exit 1" HUP INT TERM',
  'command -v cmp >/dev/null || say tool-missing',
  '[ -d .ssh ] || mkdir .ssh || say write-failed',
  'cat >"$t.all" || end write-failed',
  'if [ "$old" -gt 0 ]; then dd if="$t.all" of="$t.old" bs="$old" count=1 2>/dev/null || end write-failed; fi',
  'tail -c "+$((old + 1))" "$t.all" >"$t.new" || end write-failed',
  '[ $(wc -c <"$t.new") -eq "$((all - old))" ] || end write-failed',
  '[ -e "$t.old" ] || : >"$t.old"',
  'i=0',
  'until mkdir $lock 2>/dev/null; do i=$((i + 1)); [ $i -lt 5 ] || end target-busy; sleep 1; done',
  'locked=1',
  'if [ "$was" = missing ]; then if [ -e $f ]; then end changed-meanwhile; fi',
  'else cmp -s $f "$t.old" || end changed-meanwhile; fi',
  'if [ "$want" = missing ]; then rm -f $f || end write-failed; end written; fi',
  'chmod 700 .ssh && chmod 600 "$t.new" && mv -f "$t.new" $f || end write-failed',
  'if command -v restorecon >/dev/null; then restorecon -F .ssh $f >/dev/null 2>&1; fi',
  'end written',
]

/** A command that prints the authorized_keys of its account. */
export function readCommand(marker: string): string {
  return command(READ, [marker])
}

/** How a text is replaced by another. */
export interface Replacement {
  /** Whether the file was there. */
  readonly wasThere: boolean
  /** Bytes of the old text. */
  readonly oldBytes: number
  /** Bytes of both texts together. */
  readonly allBytes: number
  /** Whether the file is to be there. */
  readonly staysThere: boolean
}

/** A command that replaces the authorized_keys of its account by what it is given. */
export function replaceCommand(
  marker: string,
  { wasThere, oldBytes, allBytes, staysThere }: Replacement,
): string {
  return command(REPLACE, [marker, word(wasThere), `${oldBytes}`, `${allBytes}`, word(staysThere)])
}

function word(isThere: boolean): string {
  return isThere ? 'there' : 'missing'
}

function command(script: readonly string[], values: readonly string[]): string {
  return `exec /bin/sh -c ${[script.join('; '), 'sh', ...values].map(quoteWord).join(' ')}`
}
