import type { DraDevice } from './resource-slices.ts';
import type { Unit } from './tables.ts';

/** `dra-extended`: asked for by an extended resource's name, served by DRA (KEP-5004). */
export type AcceleratorMode = 'device-plugin' | 'dra' | 'dra-extended';

/** One name by which accelerators, or parts of them, can be asked for on one node. */
export interface AcceleratorSupply {
  readonly node: string;
  readonly mode: AcceleratorMode;
  /** Name of the extended resource or of the DRA driver. */
  readonly name: string;
  /** Vendor of the tables, undefined when no table knows the name: generic cases run, vendor-specific ones cannot tell. */
  readonly vendor: string | undefined;
  readonly simulated: boolean;
  /**
   * Of what one of them is: `device` a whole piece of silicon, exclusively; `share` of a device that others use at the same time;
   * `partition` a fixed part with its own memory; `core`; `amount` of memory or percent; `virtual` for virtual machines.
   * Absent: a device.
   */
  readonly unit?: Unit;
  /** As many as all pods together can hold at the same time (healthy, untainted, of a complete pool, as far as counters allow). */
  readonly usable: number;
  /** As many as can be held now. What is held under another name of the same silicon is taken off. */
  readonly free: number;
  /** Kept free by the user (`--leave`): not among `free`, and a pod that asks for one more is still placed. */
  readonly left?: number;
  /** Nothing bounds how many can be held (a shareable device without capacity): `usable` and `free` count devices. */
  readonly unbounded?: true;
  /** Pieces of silicon behind them, where known. */
  readonly physical?: number;
  /** How they are shared or cut: `time-slicing`, `MIG 1g.10gb`, `HAMi`. */
  readonly sharing?: string;
  /** Accelerators that an exporter has to tell of on this node because of this name: silicon once, of cut silicon its partitions. */
  readonly measured?: number;
  /** Other names of the same silicon on the node. */
  readonly variantsOfSameSilicon?: readonly string[];
  /** DRA only: classes to ask by, the likeliest first, and the devices. */
  readonly deviceClasses: readonly string[];
  readonly devices: readonly (DraDevice & { readonly free: boolean })[];
}

export interface UnknownResource {
  readonly node: string;
  readonly name: string;
  readonly amount: number;
  readonly free: number;
}

/** The supply's unit; a device where nothing else is said. */
export function unitOf({ unit }: Pick<AcceleratorSupply, 'unit'>): Unit {
  return unit ?? 'device';
}
