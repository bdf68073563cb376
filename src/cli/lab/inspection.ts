import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type LabStatus, labNames, labStatus, snapshot } from '../../../lab/lab.ts';
import { labDirectory } from '../../../lab/state/lab-directory.ts';
import { requireLabState } from '../../../lab/state/lab-state.ts';
import { logFile, writeLog } from '../../../lab/status/logs.ts';
import { EXIT } from '../../errors.ts';
import { connect } from '../../kube/connect.ts';
import { wholeNumber } from './arguments.ts';
import { statusText } from './status-text.ts';
import { NAME_OPTION } from './up-down.ts';

/** The commands that look at a lab and change nothing. */
export function registerInspection(lab: Command): void {
  lab
    .command('status')
    .description('how labs are: nodes, components, memory; exit code 1 when one is broken')
    .option('--name <name>', 'one lab; default: all of them')
    .option('--json', 'as JSON')
    .action(showStatus);
  lab
    .command('kubeconfig')
    .description("print the administrator's kubeconfig")
    .option(...NAME_OPTION)
    .option('--path', 'print where it is instead')
    .action(async (options: { name: string; path?: boolean }) => {
      const { kubeconfig } = existing(options.name);
      process.stdout.write(options.path ? `${kubeconfig}\n` : await readFile(kubeconfig, 'utf8'));
    });
  lab
    .command('logs')
    .description(
      'print a log: apiserver, scheduler, controller-manager, etcd, registry, relay, NODE/kubelet, NODE/containerd, ...',
    )
    .argument('<component>', 'whose log')
    .option(...NAME_OPTION)
    .option('--tail <n>', 'only the last N lines', wholeNumber(0, 1_000_000))
    .option('-f, --follow', 'go on with what is written from now on')
    .action(async (component: string, options: { name: string; tail?: number; follow?: boolean }) => {
      const ended = new AbortController();
      process.once('SIGINT', () => ended.abort());
      await writeLog(logFile(options.name, component), process.stdout, {
        ...(options.tail === undefined ? {} : { lines: options.tail }),
        follow: options.follow ?? false,
        signal: ended.signal,
      });
    });
  lab
    .command('snapshot')
    .description('list every object (kind, namespace, name, uid), sorted, to be compared with another such list')
    .option(...NAME_OPTION)
    .option('--output <file>', 'write to a file instead')
    .option('--everything', 'also Events and Leases, which the cluster writes all the time')
    .action(async (options: { name: string; output?: string; everything?: boolean }) => {
      const cluster = await connect({ kubeconfig: existing(options.name).kubeconfig });
      try {
        const lines = await snapshot(cluster, { everything: options.everything ?? false });
        const text = lines.map((line) => `${line}\n`).join('');
        if (options.output === undefined) process.stdout.write(text);
        else writeFileSync(options.output, text);
        const left = options.everything ? '' : ' (Events and Leases are left out; --everything lists them too)';
        process.stderr.write(`${lines.length} objects${left}\n`);
      } finally {
        await cluster.close();
      }
    });
}

function existing(name: string): ReturnType<typeof labDirectory> {
  const lab = labDirectory(name);
  requireLabState(lab);
  return lab;
}

async function showStatus(options: { name?: string; json?: boolean }): Promise<void> {
  const names = options.name === undefined ? labNames() : [options.name];
  const all: LabStatus[] = [];
  for (const name of names) all.push(await labStatus(name));
  if (options.json) process.stdout.write(`${JSON.stringify(all, undefined, 2)}\n`);
  else process.stdout.write(all.length === 0 ? 'there is no lab\n' : all.map(statusText).join('\n'));
  if (all.some(({ kind }) => kind === 'broken')) process.exitCode = EXIT.failed;
}
