import { DRIVER_NAME } from './accelerator.ts';

/** The DeviceClass that claims name to get an accelerator of a node whose accelerators the DRA driver hands out. */
export function deviceClass(): Readonly<Record<string, unknown>> {
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'DeviceClass',
    metadata: { name: DRIVER_NAME },
    spec: { selectors: [{ cel: { expression: `device.driver == "${DRIVER_NAME}"` } }] },
  };
}
