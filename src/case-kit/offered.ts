/** What requirements take of the inventory beside `Facts`: the types of what was found and of the tables' rows, and how they are read. */
export { acceleratorKinds } from '../inventory/accelerator-kinds.ts';
export { tolerationsOfNodes } from '../inventory/autoscaling/offers.ts';
export type { AutoscaledPool, PoolOffer } from '../inventory/autoscaling/pool.ts';
export { requestedByNode } from '../inventory/free-capacity.ts';
export { usableSupplies } from '../inventory/inventory.ts';
export { type KnownDevice, type MeteredNode, meteredNodes, rowsFor } from '../inventory/metered-nodes.ts';
export {
  type AcceleratorLoadRow,
  type AcceleratorMetricsRow,
  ANY_VENDOR,
  inBytes,
} from '../inventory/metrics-tables.ts';
export { amounts } from '../inventory/node-facts.ts';
export type { FieldSet, OperatorProfile, StateCheck } from '../inventory/operator-profile.ts';
export type { OperatorFound } from '../inventory/operators.ts';
export { quantity } from '../inventory/quantity.ts';
export { allocatedDevices } from '../inventory/resource-slices.ts';
export type { Controller } from '../inventory/solutions.ts';
export { fits, type VendorRow } from '../inventory/tables.ts';
