import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, PlimsollError } from '../../src/errors.ts';

/** So many quick ends of one service are no accident any more. */
const ENOUGH = 3;
/** Seconds. A controller manager that waited 10 s in vain for a slow API server is no crash, it just tries again. */
const QUICK = 5;
const ENDED = /^plimsoll: .* after (\d+) s; it is started again in 1 s$/gm;

/** The kernel's default of 128 for each user is enough for about ten nodes, of all labs together. */
const TOO_FEW_INOTIFY =
  'The machine allows root too few inotify instances for so many nodes: `sysctl fs.inotify.max_user_instances=1024`, or take another lab down.';

/** After how many seconds a service of a box ended, each time that it did, by its log (box-script.ts writes the line). */
export function lives(directory: string, service: string): number[] {
  const file = join(directory, 'log', `${service}.log`);
  if (!existsSync(file)) return [];
  return [...readFileSync(file, 'utf8').matchAll(ENDED)].map(([, seconds]) => Number(seconds));
}

/**
 * The error that tells of a service that ends again and again, with what it last said; undefined when there is none.
 * A wrong flag or an unknown feature gate shows up like this.
 */
export function crashLoop(box: string, directory: string): PlimsollError | undefined {
  const folder = join(directory, 'log');
  const services = existsSync(folder) ? readdirSync(folder).map((file) => file.replace(/\.log$/, '')) : [];
  const service = services.find((one) => lives(directory, one).filter((seconds) => seconds < QUICK).length >= ENOUGH);
  if (service === undefined) return undefined;
  const words = lastWords(join(folder, `${service}.log`));
  return new PlimsollError(
    'lab-crash-loop',
    `${service} of ${box} ends again and again; it says:\n    ${words}`,
    /inotify/.test(words) ? TOO_FEW_INOTIFY : 'If you gave it a flag or a feature gate, look at that first.',
    { exitCode: EXIT.unreachable },
  );
}

/** What a program said before its last end; the usage that Kubernetes programs print before the error is left out. */
function lastWords(file: string): string {
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('plimsoll: '));
  const errors = lines.filter((line) => /^(E\d{4} |F\d{4} |Error|error|panic|fatal)/.test(line));
  const last = (errors.length > 0 ? errors : lines).slice(-3);
  return last.map((line) => (line.length > 400 ? `${line.slice(0, 400)}...` : line)).join('\n    ');
}
