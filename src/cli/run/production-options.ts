import type { Command } from 'commander';
import { PlimsollError } from '../../errors.ts';
import { milliseconds } from '../../evidence/index.ts';
import type { Limits } from '../../inventory/limited.ts';

/** What keeps a run from being in the way of others. */
export interface LimitFlags {
  nodes?: string;
  leave: string;
}

export function addLimitOptions(command: Command): Command {
  return command
    .option('--nodes <selector>', 'put pods only on nodes with these labels, for example pool=ci (as kubectl get -l)')
    .option('--leave <n>', 'leave so many accelerators of each node free; what needs all of them is not tried', '0');
}

/** @throws PlimsollError `bad-leave`, `bad-selector` */
export function limitsOf({ nodes, leave }: LimitFlags): Limits {
  const count = Number(leave);
  if (!Number.isInteger(count) || count < 0)
    throw new PlimsollError(
      'bad-leave',
      `--leave cannot be "${leave}"`,
      'Write a whole number, for example --leave 2.',
    );
  if (nodes !== undefined && !/^[^,()]+(\([^()]*\))?(,[^,()]+(\([^()]*\))?)*$/.test(nodes))
    throw new PlimsollError(
      'bad-selector',
      `--nodes cannot be "${nodes}"`,
      'Write it as kubectl get nodes -l takes it, for example pool=ci,zone!=b or "pool in (ci,test)".',
    );
  return { ...(nodes === undefined ? {} : { nodes }), leave: count };
}

/** `--wait` alone: so long. */
const WAIT = '30m';

/** How long to wait for other runs, milliseconds; undefined: not at all. @throws PlimsollError `bad-duration` */
export function waitOf(wait: string | true | undefined): number | undefined {
  return wait === undefined ? undefined : milliseconds(wait === true ? WAIT : wait);
}
