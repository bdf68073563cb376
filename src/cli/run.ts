import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { PlimsollError } from '../errors.ts';
import { inRun, RUN_FILES } from '../evidence/index.ts';
import { type Board, boardObserver } from '../report/board/board-observer.ts';
import { jsonObserver } from '../report/board/json-observer.ts';
import { writeReports } from '../report/write-reports.ts';
import { newRunId } from '../runner/run/open-folder.ts';
import { untilAlone } from '../runner/run/others-at-work.ts';
import { run } from '../runner/run/run.ts';
import { terminalLine } from '../terminal-text.ts';
import { VERSION } from './help.ts';
import { addClusterOptions, type ClusterOptions, isNamed, withCluster } from './run/cluster-options.ts';
import { interruption } from './run/interruption.ts';
import { addProbeOptions, type ProbeOptions, probeImage } from './run/probe-options.ts';
import { waitOf } from './run/production-options.ts';
import { addSelectionOptions, type SelectionOptions, select } from './run/selection.ts';
import { verdictText } from './run/verdict-text.ts';

interface RunCommandOptions extends ClusterOptions, SelectionOptions, ProbeOptions {
  out?: string;
  format: 'text' | 'json';
  redact?: string[];
  budgetFactor: string;
  wait?: string | true;
}

/** `plimsoll run`: from a kubeconfig to a verdict. */
export function register(program: Command): void {
  const command = program
    .command('run')
    .description('test a cluster by behaviour, write the evidence and the verdicts, leave nothing behind');
  addProbeOptions(addSelectionOptions(addClusterOptions(command)))
    .option('--out <folder>', 'where the evidence goes; default plimsoll-run-ID')
    .option('--redact <pattern...>', 'regular expressions: what they match is not written down')
    .option('--budget-factor <n>', 'give every stage, and from 1 on every deadline, so many times its usual time', '1')
    .option('--wait [duration]', 'wait for another run that is at work on the cluster, 30m at most; without it: stop')
    .addOption(
      new Option('--format <format>', 'text, or json: one event a line').choices(['text', 'json']).default('text'),
    )
    .action(async (options: RunCommandOptions) => {
      const lab = isInteractive(options) && !(await isNamed(options)) ? await offered() : undefined;
      const id = newRunId();
      const folder = options.out ?? join(process.cwd(), `plimsoll-run-${id}`);
      const report = await withCluster({ ...options, ...(lab && { lab: lab.name }) }, async (cluster) => {
        const redact = (options.redact ?? []).map(pattern);
        const budgetFactor = factor(options.budgetFactor);
        const { interrupt, abandon, release } = interruption();
        const board = boardOf(options.format);
        try {
          // Before anything is looked at: what another run holds would be missing from the inventory.
          const progress = (message: string): void => void process.stderr.write(`${terminalLine(message)}\n`);
          await untilAlone(cluster, id, { wait: waitOf(options.wait), signal: interrupt, progress });
          const selection = await select(cluster, options);
          const probe = await probeImage(cluster, options);
          return await run({
            cluster,
            ...selection,
            folder,
            run: id,
            version: VERSION,
            probe,
            redact,
            observers: [board],
            finish: writeReports,
            interrupt,
            abandon,
            budgetFactor,
            alone: true,
          });
        } finally {
          board.close();
          release();
        }
      });
      if (options.format === 'text')
        process.stdout.write(`${verdictText(report)}\nReport: ${inRun(folder, RUN_FILES.html)}\n`);
      if (lab?.broughtUp) process.stderr.write(stillUp(lab.name));
      // An error of ours on the way has set it already.
      process.exitCode ??= report.exitCode;
    });
}

/** Whether a person can be asked something. */
function isInteractive({ format }: RunCommandOptions): boolean {
  return format === 'text' && process.stdin.isTTY && process.stderr.isTTY;
}

/** A lab in place of the cluster that was not named. */
async function offered(): Promise<{ name: string; broughtUp: boolean } | undefined> {
  const { offerLab } = await import('./run/offer-lab.ts');
  return await offerLab();
}

function stillUp(lab: string): string {
  const name = lab === 'lab' ? '' : ` ${lab}`;
  return `The lab is still up: run again with \`--lab${name}\`, take it away with \`plimsoll lab down --name ${lab}\`.\n`;
}

function boardOf(format: RunCommandOptions['format']): Board {
  if (format === 'json') return Object.assign(jsonObserver(process.stdout), { close: () => {} });
  return boardObserver(process.stdout, { isTerminal: process.stdout.isTTY });
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text, 'g');
  } catch (cause) {
    throw new PlimsollError(
      'bad-pattern',
      `--redact: ${(cause as Error).message}`,
      'Write a JavaScript regular expression.',
      { cause },
    );
  }
}

function factor(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new PlimsollError(
    'bad-factor',
    `--budget-factor cannot be "${text}"`,
    'Write a number above 0, for example 2.',
  );
}
