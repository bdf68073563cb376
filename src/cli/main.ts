import { styleText } from 'node:util';
import { Command, CommanderError } from 'commander';
import { EXIT, PlimsollError } from '../errors.ts';
import { terminalText } from '../terminal-text.ts';
import { stopWork } from './at-work.ts';
import { COMMANDS } from './commands.ts';
import { overview, VERSION } from './help.ts';

/**
 * Runs the command named by the first argument and returns the exit code. Only that command's file is loaded.
 * A command sets `process.exitCode` for its own outcome; a PlimsollError is printed with its remedy.
 */
export async function main(args: readonly string[]): Promise<number> {
  // A promise that nobody waited for, or an error in a callback: ours, and no reason to end like a failed submission.
  process.on('uncaughtException', (error) => {
    report(error);
    // A run at work is torn down first; its command then ends with this code.
    process.exitCode = EXIT.ours;
    if (!stopWork()) process.exit();
  });
  const [name] = args;
  const program = new Command('plimsoll')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .showHelpAfterError('(plimsoll --help lists the commands)')
    .showSuggestionAfterError(true);
  program.helpInformation = overview;
  const known = COMMANDS.find((command) => command.name === name);
  try {
    if (known) (await known.load()).register(program);
    // Unknown: commander's did-you-mean needs the names.
    else for (const command of COMMANDS) program.command(command.name).description(command.summary);
    for (const command of program.commands) command.exitOverride();
    await program.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const bad = (text: string): string => styleText('red', text, { stream: process.stderr });
  if (error instanceof PlimsollError) {
    process.stderr.write(
      `${bad('error')} ${terminalText(error.message)} [${error.code}]\n  ${terminalText(error.remedy)}\n`,
    );
    return error.exitCode;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `${bad('bug')} this is an error of plimsoll's own, not yours. Please report it with these lines:\nplimsoll ${VERSION}, Node ${process.version}\n${terminalText(detail)}\n`,
  );
  return EXIT.ours;
}
