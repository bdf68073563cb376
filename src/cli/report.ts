import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { PlimsollError } from '../errors.ts';
import { inRun, RUN_FILES } from '../evidence/index.ts';
import { renderReports } from '../report/write-reports.ts';
import { changedSinceSeal } from './report/changed-since-seal.ts';
import { readRunReport } from './report/read-run-report.ts';

/** `plimsoll report RUN`: report.html, junit.xml and summary.md once more, from report.json and the timelines. */
export function register(program: Command): void {
  program
    .command('report')
    .description('write report.html, junit.xml and summary.md of a run folder anew')
    .argument('<run>', 'folder of a run')
    .option('--out <folder>', 'a folder to write them to, made where there is none; default: the run folder itself')
    .addHelpText(
      'after',
      '\nA sealed run folder is only ever restored: where this version would write something else than was sealed, name another folder.',
    )
    .action(async (folder: string, options: { out?: string }) => {
      const report = await readRunReport(folder);
      const files = await renderReports(folder, report);
      const target = options.out ?? folder;
      if (options.out === undefined) {
        const changed = await changedSinceSeal(folder, files);
        if (changed.length > 0)
          throw new PlimsollError(
            'run-is-sealed',
            `${folder} is sealed, and this version of plimsoll would write another ${changed.join(', ')}`,
            'Name a folder for the new files with --out; the sealed ones stay as they are.',
          );
      }
      for (const [file, text] of files) await write(target, file, text);
      process.stdout.write(`${inRun(target, RUN_FILES.html)}\n`);
    });
}

async function write(folder: string, name: string, text: string): Promise<void> {
  const file = join(folder, name);
  // A restored file that is there and right is not touched: the folder may be read-only.
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present === text) return;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, text);
  } catch (cause) {
    throw new PlimsollError(
      'output-not-written',
      `${file} cannot be written: ${(cause as Error).message}`,
      'Name a folder that you may write to with --out.',
      { cause },
    );
  }
}
