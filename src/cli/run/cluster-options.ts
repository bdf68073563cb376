import type { Command } from 'commander';
import { labDirectory } from '../../../lab/state/lab-directory.ts';
import { PlimsollError } from '../../errors.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { connect } from '../../kube/connect.ts';
import { KubeconfigError, NoKubeconfigError } from '../../kube/error/api-error.ts';

/** Which cluster, as every command that speaks to one is told. */
export interface ClusterOptions {
  kubeconfig?: string;
  context?: string;
  lab?: string | true;
}

export function addClusterOptions(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'default: $KUBECONFIG, ~/.kube/config, or the pod this runs in')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--lab [name]', 'a lab on this machine (plimsoll lab up) instead of a kubeconfig');
}

/**
 * Connects, does something and closes the connection.
 * @throws NoKubeconfigError with the commands to type when no cluster is named at all
 */
export async function withCluster<T>(options: ClusterOptions, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = await open(options);
  try {
    return await work(cluster);
  } finally {
    await cluster.close();
  }
}

/** Connects without a word to anybody: whether a cluster is named, and whether its kubeconfig can be read. */
export async function isNamed(options: ClusterOptions): Promise<boolean> {
  try {
    await (await open(options)).close();
    return true;
  } catch (error) {
    if (error instanceof NoKubeconfigError) return false;
    throw error;
  }
}

async function open({ kubeconfig, context, lab }: ClusterOptions): Promise<Cluster> {
  if (lab !== undefined && kubeconfig !== undefined)
    throw new PlimsollError('two-clusters', '--lab and --kubeconfig name two clusters', 'Give one of them.');
  const name = lab === true ? 'lab' : lab;
  const file = name === undefined ? kubeconfig : labDirectory(name).kubeconfig;
  try {
    return await connect({
      ...(file === undefined ? {} : { kubeconfig: file }),
      ...(context === undefined ? {} : { context }),
    });
  } catch (error) {
    if (error instanceof NoKubeconfigError) throw new NoKubeconfigError(error.message, whatToType());
    if (!(error instanceof KubeconfigError) || name === undefined) throw error;
    const up = name === 'lab' ? 'plimsoll lab up' : `plimsoll lab up --name ${name}`;
    throw new KubeconfigError(error.message, `Bring it up first: ${up} (plimsoll lab status lists the labs).`, {
      cause: error,
    });
  }
}

function whatToType(): string {
  const same = ['plimsoll', ...process.argv.slice(2).map(quoted)].join(' ');
  return [
    `Name a cluster:            ${same} --kubeconfig FILE   (or set KUBECONFIG)`,
    'or try a lab, with root:   plimsoll lab up --with conformant',
    `                    then   ${same} --lab`,
  ].join('\n  ');
}

/** An argument as a shell reads it back. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
