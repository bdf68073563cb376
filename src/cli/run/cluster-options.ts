import type { Command } from 'commander';
import { labDirectory } from '../../../lab/state/lab-directory.ts';
import { PlimsollError } from '../../errors.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { connect } from '../../kube/connect.ts';
import { KubeconfigError } from '../../kube/error/api-error.ts';

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
 * @throws KubeconfigError that names the lab as a way out when there is no kubeconfig at all
 */
export async function withCluster<T>(options: ClusterOptions, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = await open(options);
  try {
    return await work(cluster);
  } finally {
    await cluster.close();
  }
}

async function open({ kubeconfig, context, lab }: ClusterOptions): Promise<Cluster> {
  if (lab !== undefined && kubeconfig !== undefined)
    throw new PlimsollError('two-clusters', '--lab and --kubeconfig name two clusters', 'Give one of them.');
  const file = lab === undefined ? kubeconfig : labDirectory(lab === true ? 'lab' : lab).kubeconfig;
  try {
    return await connect({
      ...(file === undefined ? {} : { kubeconfig: file }),
      ...(context === undefined ? {} : { context }),
    });
  } catch (error) {
    if (!(error instanceof KubeconfigError) || kubeconfig !== undefined) throw error;
    const remedy =
      lab === undefined
        ? `${error.remedy}. Without a cluster at hand, try the lab: plimsoll lab up, then the same command with --lab.`
        : 'Bring it up first: plimsoll lab up.';
    throw new KubeconfigError(error.message, remedy, { cause: error });
  }
}
