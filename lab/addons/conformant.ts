import type { NodeRequest } from '../node/add-node.ts';

/**
 * The add-ons of a lab that meets every MUST: what `make run` brings up, and the lab that `plimsoll run` offers
 * where no cluster is named. `plimsoll lab up --with conformant` means these.
 */
export const CONFORMANT_ADDONS: readonly string[] = [
  'kueue',
  'traefik',
  'prometheus',
  'prometheus-adapter',
  'karpenter',
  'trainer',
];

/**
 * Its nodes: two of each kind. The cases of autoscaling hold accelerators for minutes, those of isolation all accelerators of a node:
 * on one node of each kind a run is half as long again.
 */
export const CONFORMANT_NODES: readonly NodeRequest[] = [
  { accelerators: 2, mode: 'device-plugin' },
  { accelerators: 2, mode: 'dra' },
  { accelerators: 2, mode: 'device-plugin' },
  { accelerators: 2, mode: 'dra' },
];
