/**
 * The add-ons of a lab that passes what there are cases for: what `make run` brings up, and the lab that `plimsoll run` offers
 * where no cluster is named. `plimsoll lab up --with conformant` means these.
 */
export const CONFORMANT_ADDONS: readonly string[] = ['kueue'];
