import type { Command } from 'commander';
import { PlimsollError } from '../../errors.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { isObject } from '../../kube/object.ts';
import type { ProbeImage } from '../../runner/live/session.ts';

/** The image that helper pods run: a shell and the usual small programs, nothing else. */
const PROBE_IMAGE = 'docker.io/library/busybox:1.37';

export interface ProbeOptions {
  image: string;
  imagePullSecret?: string;
}

export function addProbeOptions(command: Command): Command {
  return command
    .option('--image <reference>', 'busybox image for helper pods, for example from a mirror', PROBE_IMAGE)
    .option('--image-pull-secret <namespace/name>', 'a Secret for pulling it; copied into the namespaces of the run');
}

/** @throws PlimsollError `pull-secret` */
export async function probeImage(cluster: Cluster, options: ProbeOptions): Promise<ProbeImage> {
  const { image, imagePullSecret } = options;
  if (imagePullSecret === undefined) return { image };
  const [namespace = '', name = ''] = imagePullSecret.split('/');
  const secret = name === '' ? undefined : await cluster.find({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  const type = secret?.['type'];
  const data = secret?.['data'];
  if (typeof type !== 'string' || !isObject(data))
    throw new PlimsollError(
      'pull-secret',
      `there is no Secret ${imagePullSecret}`,
      'Name it as NAMESPACE/NAME; it is of type kubernetes.io/dockerconfigjson.',
    );
  return { image, pullSecret: { type, data: data as Record<string, string> } };
}
