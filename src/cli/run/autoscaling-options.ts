import type { Command } from 'commander';
import type { AutoscalingOptions } from '../../case-kit/facts.ts';
import { PlimsollError } from '../../errors.ts';
import { milliseconds } from '../../evidence/index.ts';

/** What a user says of cluster autoscaling (cluster_autoscaling). */
export interface AutoscalingFlags {
  /** False by `--no-autoscaler`. */
  autoscaler?: boolean;
  autoscaledPool?: string[];
  scaleUpWithin?: string;
  scaleDownWithin?: string;
}

export function addAutoscalingOptions(command: Command): Command {
  return command
    .option('--no-autoscaler', 'your statement that the platform provides no cluster autoscaler')
    .option(
      '--autoscaled-pool <pool...>',
      'only this pool: LABEL=VALUE of its nodes, or LABEL=VALUE:ACCELERATOR (extended resource, DeviceClass)',
    )
    .option('--scale-up-within <time>', 'how long a pool may take to grow; default 20m (bare metal: 45m)')
    .option('--scale-down-within <time>', 'how long an empty node may stay; default 30m');
}

/** @throws PlimsollError `bad-pool`, `bad-duration` */
export function autoscalingOptions(flags: AutoscalingFlags): AutoscalingOptions {
  const { scaleUpWithin, scaleDownWithin } = flags;
  return {
    none: flags.autoscaler === false,
    pools: (flags.autoscaledPool ?? []).flatMap((text) => text.split(',')).map(poolOf),
    ...(scaleUpWithin === undefined ? {} : { upWithin: milliseconds(scaleUpWithin) }),
    ...(scaleDownWithin === undefined ? {} : { downWithin: milliseconds(scaleDownWithin) }),
  };
}

/** A label's value has no colon, a resource's name neither. */
function poolOf(text: string): AutoscalingOptions['pools'][number] {
  const [, key, value, accelerator] = /^([^=:]+)=([^=:]+)(?::([^=:]+))?$/.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new PlimsollError(
      'bad-pool',
      `--autoscaled-pool cannot be "${text}"`,
      'Write LABEL=VALUE of its nodes, for example karpenter.sh/nodepool=gpu or agentpool=gpu:nvidia.com/gpu.',
    );
  return { key, value, ...(accelerator === undefined ? {} : { accelerator }) };
}
