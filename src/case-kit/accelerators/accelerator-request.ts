import type { AcceleratorSupply } from '../../inventory/accelerators.ts';
import type { KubeObject } from '../../kube/object.ts';

/** How accelerators of one kind are asked for on this cluster. Plain JSON: it travels in a case's params. */
export interface AcceleratorAsk {
  readonly mode: AcceleratorSupply['mode'];
  /** The extended resource or the DRA driver. */
  readonly name: string;
  /** Only for `dra`. */
  readonly deviceClass?: string;
  /** `resource.k8s.io/v1`; only for `dra`. */
  readonly apiVersion?: string;
}

export interface AcceleratorRequest {
  /** To be created before the pod (a ResourceClaimTemplate), or nothing. */
  readonly objects: readonly KubeObject[];
  /** For the pod's spec. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** For `resources` of the container that asks. */
  readonly resources: Readonly<Record<string, unknown>>;
}

/** Undefined when a DRA driver has no DeviceClass by which it could be asked. */
export function askFor(supply: AcceleratorSupply, draVersion: string | undefined): AcceleratorAsk | undefined {
  if (supply.mode !== 'dra') return { mode: supply.mode, name: supply.name };
  const [deviceClass] = supply.deviceClasses;
  if (deviceClass === undefined || draVersion === undefined) return undefined;
  return { mode: 'dra', name: supply.name, deviceClass, apiVersion: `resource.k8s.io/${draVersion}` };
}

/**
 * What a pod needs to get `count` accelerators: a limit on the extended resource, or a ResourceClaimTemplate (named `name`) with
 * a claim in the pod and in the container. `expression`: a CEL selector on the device.
 */
export function requestAccelerators(
  ask: AcceleratorAsk,
  count: number,
  name: string,
  expression?: string,
): AcceleratorRequest {
  if (ask.mode !== 'dra') return { objects: [], spec: {}, resources: { limits: { [ask.name]: String(count) } } };
  return {
    objects: [claimTemplate(ask, count, name, expression)],
    spec: { resourceClaims: [{ name: 'accelerator', resourceClaimTemplateName: name }] },
    resources: { claims: [{ name: 'accelerator' }] },
  };
}

function claimTemplate(ask: AcceleratorAsk, count: number, name: string, expression?: string): KubeObject {
  return {
    apiVersion: ask.apiVersion ?? 'resource.k8s.io/v1',
    kind: 'ResourceClaimTemplate',
    metadata: { name },
    spec: { spec: { devices: { requests: [deviceRequest(ask, count, expression)] } } },
  };
}

/** One request of a claim, in the shape of the version that is served (`exactly` from v1beta2 on). */
export function deviceRequest(ask: AcceleratorAsk, count: number, expression?: string): Record<string, unknown> {
  const body = {
    deviceClassName: ask.deviceClass,
    allocationMode: 'ExactCount',
    count,
    ...(expression === undefined ? {} : { selectors: [{ cel: { expression } }] }),
  };
  return ask.apiVersion?.endsWith('/v1beta1') ? { name: 'r', ...body } : { name: 'r', exactly: body };
}
