import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MS = 5000;
const MAIN_REFS = [
  'refs/remotes/upstream/main',
  'refs/remotes/upstream/master',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/heads/main',
  'refs/heads/master',
];

/**
 * When each PRODUCT.yaml of a checkout came to its main branch, by absolute path: date of the first-parent commit that
 * added it (the merge, not the author's day). Asks the local git only, nothing is fetched. Empty when `root` is no
 * checkout, when git is not there, when the history is cut off (a shallow clone), or when git takes longer than 5 s.
 */
export async function mergeDates(root: string): Promise<ReadonlyMap<string, Date>> {
  try {
    const top = (await git(root, ['rev-parse', '--show-toplevel'])).trim();
    if ((await git(root, ['rev-parse', '--is-shallow-repository'])).trim() !== 'false') return new Map();
    const ref = await mainRef(root);
    if (ref === undefined) return new Map();
    const log = await git(root, [
      'log',
      ref,
      '--first-parent',
      '-m',
      '--no-renames',
      '--diff-filter=A',
      '--format=%x01%cI',
      '--name-only',
      '-z',
      '--',
      ':(top,glob)**/PRODUCT.yaml',
    ]);
    return readLog(log, top);
  } catch {
    // No git, no checkout, too slow: the caller then says that the end of conformance was not checked.
    return new Map();
  }
}

/** The newest addition of each file wins: what was taken back and submitted again starts anew. */
function readLog(log: string, top: string): ReadonlyMap<string, Date> {
  const dates = new Map<string, Date>();
  let date: Date | undefined;
  for (const field of log.split('\0')) {
    const text = field.replace(/^\n+/, '');
    if (text.startsWith('\u0001')) date = new Date(text.slice(1).trim());
    else if (text !== '' && date) {
      const file = resolve(top, text);
      if (!dates.has(file)) dates.set(file, date);
    }
  }
  return dates;
}

async function mainRef(root: string): Promise<string | undefined> {
  const known = await git(root, ['for-each-ref', '--format=%(refname)', ...MAIN_REFS]);
  const names = new Set(known.split('\n'));
  return MAIN_REFS.find((ref) => names.has(ref));
}

async function git(root: string, args: readonly string[]): Promise<string> {
  const safe = ['-c', 'log.showSignature=false', '-c', 'core.fsmonitor=false', '-c', 'protocol.allow=never'];
  const { stdout } = await run('git', ['--no-pager', '-C', root, ...safe, ...args], {
    timeout: TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' },
  });
  return stdout;
}
