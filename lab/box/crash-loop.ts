import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, PlimsollError } from '../../src/errors.ts';

/** So many ends of one service while a lab comes up are no accident any more (one can be: a slow machine). */
const ENOUGH = 3;

/** How often a service of a box ended and was started again, by its log (box-script.ts writes the line). */
export function restarts(directory: string, service: string): number {
  const file = join(directory, 'log', `${service}.log`);
  if (!existsSync(file)) return 0;
  return readFileSync(file, 'utf8').match(/^plimsoll: .* is started again in 1 s$/gm)?.length ?? 0;
}

/**
 * The error that tells of a service that ends again and again, with what it last said; undefined when there is none.
 * A wrong flag or an unknown feature gate shows up like this.
 */
export function crashLoop(box: string, directory: string): PlimsollError | undefined {
  const folder = join(directory, 'log');
  const services = existsSync(folder) ? readdirSync(folder).map((file) => file.replace(/\.log$/, '')) : [];
  const service = services.find((one) => restarts(directory, one) >= ENOUGH);
  if (service === undefined) return undefined;
  return new PlimsollError(
    'lab-crash-loop',
    `${service} of ${box} ends again and again; it says:\n    ${lastWords(join(folder, `${service}.log`))}`,
    'If you gave it a flag or a feature gate, look at that first.',
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
  return (errors.length > 0 ? errors : lines).slice(-3).join('\n    ');
}
