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
