import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT, PlimsollError } from '../errors.ts';
import { type Duration, type Leftover, milliseconds } from '../evidence/index.ts';
import type { Cluster } from '../kube/cluster.ts';
import { showRef } from '../kube/object.ts';
import { cleanUp } from '../runner/cleanup/clean-up.ts';
import { findByLabel } from '../runner/cleanup/find-by-label.ts';
import { CleanupLog, pendingOf } from '../runner/cleanup/run-folder-ledger.ts';
import type { Pending } from '../runner/ledger/replay.ts';
import { fingerprintOf } from '../runner/run/run.ts';
import { terminalLine } from '../terminal-text.ts';
import { addClusterOptions, type ClusterOptions, withCluster } from './run/cluster-options.ts';
import { interruption } from './run/interruption.ts';

interface CleanupOptions extends ClusterOptions {
  run?: string;
  all?: boolean;
  dryRun?: boolean;
  force?: boolean;
  within: string;
}

/** `plimsoll cleanup`: undoes what a run left, by its ledger or by labels alone. */
export function register(program: Command): void {
  const command = program
    .command('cleanup')
    .description('remove what a run left in the cluster, by its ledger or, from any machine, by labels')
    .argument('[folder]', 'folder of the run; without it the cluster is searched for labels');
  addClusterOptions(command)
    .option('--run <id>', 'only this run')
    .option('--all', 'every run that is found')
    .option('--dry-run', 'only say what would be removed')
    .option('--force', 'also a run that is still at work on this machine')
    .option('--within <duration>', 'how long to wait for things to go', '3m')
    .action(async (folder: string | undefined, options: CleanupOptions) => {
      const left = await withCluster(options, (cluster) =>
        folder === undefined ? byLabels(cluster, options) : byLedger(cluster, resolve(folder), options),
      );
      if (left.length > 0) process.exitCode = EXIT.leftovers;
    });
}

async function byLedger(cluster: Cluster, folder: string, options: CleanupOptions): Promise<readonly Leftover[]> {
  const { pending, fingerprint, atWork } = pendingOf(folder);
  if (fingerprint !== (await fingerprintOf(cluster)))
    throw new PlimsollError(
      'other-cluster',
      `${folder} is the record of a run on another cluster than ${cluster.server}`,
      'Choose the right one with --context or --kubeconfig.',
    );
  if (atWork !== undefined && options.force !== true)
    throw new PlimsollError(
      'run-at-work',
      `run ${pending.run} is still at work (process ${atWork})`,
      'Stop it with Ctrl-C, which cleans up; or give --force.',
    );
  const log = options.dryRun ? undefined : new CleanupLog(folder);
  try {
    return await undo(cluster, pending, options, (entry) => log?.write(entry));
  } finally {
    log?.close();
  }
}

async function byLabels(cluster: Cluster, options: CleanupOptions): Promise<readonly Leftover[]> {
  const { runs, notSeen } = await findByLabel(cluster, options.run);
  for (const { kind, why } of notSeen) process.stderr.write(`${terminalLine(`could not look at ${kind}: ${why}`)}\n`);
  if (runs.size === 0) {
    process.stdout.write(
      options.run === undefined ? 'Nothing is left of any run.\n' : `Nothing is left of run ${options.run}.\n`,
    );
    return [];
  }
  if (options.run === undefined && options.all !== true && options.dryRun !== true)
    throw new PlimsollError(
      'which-run',
      `there are things of ${runs.size} runs: ${[...runs.keys()].join(', ')}`,
      'Name one with --run, or give --all. A run that is still at work would be disturbed.',
    );
  const left: Leftover[] = [];
  for (const pending of runs.values()) left.push(...(await undo(cluster, pending, options, () => {})));
  return left;
}

async function undo(
  cluster: Cluster,
  pending: Pending,
  options: CleanupOptions,
  done: Parameters<typeof cleanUp>[0]['done'],
): Promise<readonly Leftover[]> {
  const run = pending.run ?? '';
  const say = (line: string): void => void process.stdout.write(`${terminalLine(line)}\n`);
  say(`run ${run}: ${pending.objects.length} objects to remove, ${pending.changes.length} changes to put back`);
  if (options.dryRun) {
    for (const { ref } of pending.changes) say(`  would put back ${showRef(ref)}`);
    for (const { ref } of pending.objects) say(`  would remove ${showRef(ref)}`);
    return [];
  }
  const { interrupt, abandon, release } = interruption();
  const over = AbortSignal.timeout(milliseconds(options.within as Duration));
  try {
    const left = await cleanUp({
      cluster,
      run,
      pending,
      signal: AbortSignal.any([over, interrupt]),
      abandon,
      done: (entry) => {
        done(entry);
        say(`  ${entry.op === 'gone' ? 'gone' : 'put back'} ${showRef(entry.ref)}`);
      },
      progress: (reason) => say(`  ${reason}`),
    });
    for (const one of left) say(`  left ${showRef(one.ref)}: ${one.why}\n    ${one.remedy}`);
    say(left.length === 0 ? `run ${run}: nothing is left` : `run ${run}: ${left.length} objects are left`);
    return left;
  } finally {
    release();
  }
}
