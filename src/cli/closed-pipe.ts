import { EXIT } from '../errors.ts';
import { stopWork } from './at-work.ts';

/**
 * A reader that closes early (`plimsoll ... | head`) is no error: the rest is dropped and the exit code stays what the
 * command made it. Anything else that keeps output from being written is said and ends with 70.
 */
export function survivesClosedPipe(stream: NodeJS.WriteStream): void {
  let said = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || said) return;
    said = true;
    process.stderr.write(`error the output could not be written: ${error.message} [output-not-written]\n`);
    process.exitCode = EXIT.ours;
    // A run at work is torn down first.
    if (!stopWork()) process.exit();
  });
}
