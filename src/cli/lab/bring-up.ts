import { type Lab, type LabOptions, labUp } from '../../../lab/lab.ts';
import { printProgress } from '../../../lab/progress/print-progress.ts';
import { EXIT, PlimsollError } from '../../errors.ts';

/**
 * Brings a lab up and shows the steps on standard error; Ctrl-C takes down again what was made.
 * @throws PlimsollError `lab-interrupted`, and those of labUp
 */
export async function bringUp(options: LabOptions & { readonly name: string }): Promise<Lab> {
  const interrupted = new AbortController();
  // Once: a second Ctrl-C ends the program at once, and with it everything that it has started so far.
  const interrupt = (): void => interrupted.abort(interruption(options.name));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await labUp({ ...options, signal: interrupted.signal }, printProgress());
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function interruption(name: string): PlimsollError {
  return new PlimsollError(
    'lab-interrupted',
    `bringing the lab "${name}" up was interrupted; what was made of it has been taken down again`,
    'Call `plimsoll lab up` again when you like.',
    { exitCode: EXIT.interrupted },
  );
}
