import { InvalidArgumentError } from 'commander';
import { type NodeRequest, SETUPS, setupNamed } from '../../../lab/lab.ts';

/** How many accelerators a node has that says no number. */
export const DEFAULT_COUNT = 2;
const MOST = 64;
/** The most GPUs that the stand-in of NVIDIA's library tells of (lab/go/nvidia/nvml/gpus.h). */
const MOST_OF_SETUP = 16;
const OWN = ['device-plugin', 'dra'] as const;

/** `--accelerators`: a number for every node, or nodes by name with their set-ups. */
export type AcceleratorsOption = number | readonly NodeRequest[];

/** The set-ups that can be named, the lab's own first. */
export function setupNames(): string {
  return [...OWN, ...SETUPS.map(({ name }) => name)].join(', ');
}

/** Reads `--accelerators`. `2`, or `node-1=nvidia-plugin,node-2=dra:4`; may be repeated. */
export function acceleratorsOption(text: string, before: AcceleratorsOption = []): AcceleratorsOption {
  if (/^\d+$/.test(text)) {
    if (Number(text) > MOST) throw new InvalidArgumentError(`A whole number from 0 to ${MOST} is wanted.`);
    return Number(text);
  }
  const nodes = [...(typeof before === 'number' ? [] : before), ...text.split(',').map((part) => nodeOf(part.trim()))];
  const names = nodes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new InvalidArgumentError(`The node ${twice} is named twice.`);
  return nodes;
}

function nodeOf(part: string): NodeRequest {
  const [, name, setup = '', count] = /^([a-z0-9][a-z0-9.-]*)=([a-z0-9-]+)(?::(\d+))?$/.exec(part) ?? [];
  if (name === undefined) {
    throw new InvalidArgumentError(`"${part}" is neither a number nor NODE=SETUP or NODE=SETUP:N.`);
  }
  const accelerators = count === undefined ? DEFAULT_COUNT : Number(count);
  const own = OWN.find((mode) => mode === setup);
  const most = own === undefined ? MOST_OF_SETUP : MOST;
  if (accelerators < 1 || accelerators > most) {
    throw new InvalidArgumentError(`${part}: a node of that set-up has 1 to ${most} accelerators.`);
  }
  return own === undefined ? { name, accelerators, setup: setupNamed(setup).name } : { name, accelerators, mode: own };
}
