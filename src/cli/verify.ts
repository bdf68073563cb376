import { type Command, Option } from 'commander';
import { EXIT } from '../errors.ts';
import { type Verification, verify } from '../evidence/index.ts';
import { ALL_CASES } from '../requirements/all-cases.ts';
import { terminalJson, terminalLine } from '../terminal-text.ts';
import { VERSION } from './help.ts';
import { painter } from './output-target.ts';

/** `plimsoll verify RUN`: is a run as it was sealed, and do its verdicts follow from its timelines? */
export function register(program: Command): void {
  program
    .command('verify')
    .description('check a run folder: every hash, and every verdict computed anew from the timelines')
    .argument('<run>', 'folder of a run')
    .addOption(new Option('--format <format>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async (folder: string, options: { format: 'text' | 'json' }) => {
      const result = await verify(folder, ALL_CASES, VERSION);
      const { report: _, ...plain } = result;
      process.stdout.write(options.format === 'json' ? terminalJson(plain) : text(folder, result));
      if (result.discrepancies.length > 0) process.exitCode = EXIT.failed;
    });
}

function text(folder: string, { files, cases, discrepancies, remarks, report }: Verification): string {
  const paint = painter(undefined);
  const lines = [
    ...discrepancies.map(({ file, what }) => `${paint('red', 'differs')} ${terminalLine(`${file}: ${what}`)}`),
    ...remarks.map((remark) => `note    ${terminalLine(remark)}`),
    discrepancies.length > 0
      ? `${discrepancies.length} differences in ${folder}`
      : `${paint('green', 'verified')} ${folder}: ${files} files as sealed, ${cases} results follow from their timelines`,
    ...(report?.run.simulated ? ['The run was made on simulated accelerators or nodes.'] : []),
  ];
  return `${lines.join('\n')}\n`;
}
