import { availableParallelism, totalmem } from 'node:os';
import { DRIVER_NAME, deviceName, RESOURCE_NAME } from '../accelerators/accelerator.ts';
import type { NodeRequest } from '../node/add-node.ts';

/** A kind of machine: what the provider tells of it, and what it really makes. */
export interface MachineType {
  readonly name: string;
  readonly cpu: string;
  readonly memory: string;
  /** Extended resources that a node of it is said to have. */
  readonly resources: Readonly<Record<string, string>>;
  /** DRA driver that is said to publish devices of these names. */
  readonly draDriver: string;
  readonly draDevices: readonly string[];
  readonly pricePerHour: number;
}

interface Row {
  readonly name: string;
  readonly accelerators: number;
  readonly mode?: 'device-plugin' | 'dra';
  readonly price: number;
  /** A deliberate defect, for tests of those who judge autoscalers. */
  readonly defect?: 'hollow' | 'clinging' | 'sold-out';
}

/**
 * `hollow`: the node comes without the accelerators that the type promises. `clinging`: the node can be told to go and never
 * does. `sold-out`: none can be had.
 */
const ROWS: readonly Row[] = [
  { name: 'cpu', accelerators: 0, price: 0.1 },
  { name: 'accelerator-1', accelerators: 1, mode: 'device-plugin', price: 1 },
  { name: 'accelerator-2', accelerators: 2, mode: 'device-plugin', price: 2 },
  { name: 'dra-1', accelerators: 1, mode: 'dra', price: 1 },
  { name: 'dra-2', accelerators: 2, mode: 'dra', price: 2 },
  { name: 'hollow-1', accelerators: 1, mode: 'device-plugin', price: 3, defect: 'hollow' },
  { name: 'clinging-1', accelerators: 1, mode: 'device-plugin', price: 3, defect: 'clinging' },
  { name: 'sold-out-1', accelerators: 1, mode: 'device-plugin', price: 3, defect: 'sold-out' },
];

/** The kinds of machines, as they are told to whoever plans with them. Every node of a lab sees the whole machine. */
export function machineTypes(): MachineType[] {
  return ROWS.map(({ name, accelerators, mode, price }) => ({
    name,
    cpu: String(availableParallelism()),
    memory: `${Math.floor(totalmem() / 1024 / 1024)}Mi`,
    resources: mode === 'device-plugin' ? { [RESOURCE_NAME]: String(accelerators) } : {},
    draDriver: mode === 'dra' ? DRIVER_NAME : '',
    draDevices: mode === 'dra' ? Array.from({ length: accelerators }, (_, index) => deviceName({ index })) : [],
    pricePerHour: price,
  }));
}

/** Karpenter wants nodes to keep pods away until it has given them their labels (karpenter.sh/v1 UnregisteredNoExecuteTaint). */
const UNREGISTERED = { key: 'karpenter.sh/unregistered', effect: 'NoExecute' } as const;

/** The node that a machine of the type is made as; undefined when there is no such type. */
export function nodeOf(type: string, name: string): NodeRequest | undefined {
  const row = ROWS.find((one) => one.name === type);
  if (row === undefined) return undefined;
  const accelerators = row.defect === 'hollow' ? 0 : row.accelerators;
  return {
    name,
    taints: [UNREGISTERED],
    ...(accelerators === 0 || row.mode === undefined ? {} : { accelerators, mode: row.mode }),
  };
}

export function isSoldOut(type: string): boolean {
  return ROWS.some(({ name, defect }) => name === type && defect === 'sold-out');
}

/** Nodes of the type do not go when they are told to. */
export function clings(type: string): boolean {
  return ROWS.some(({ name, defect }) => name === type && defect === 'clinging');
}
