import { accelerators, type KubeObject } from '../../case-kit/index.ts';
import type { DraKind } from './dra-api.ts';

/** A driver that does not exist: nothing of it can ever be prepared by a kubelet. */
const NO_DRIVER = 'nothing.plimsoll.dev';
const OF_NO_DRIVER = `device.driver == "${NO_DRIVER}"`;

/** A valid object of each kind that no workload can ever be given anything by. */
export function syntheticObject(api: string, kind: DraKind, name: string, deviceClass = name): KubeObject {
  const head = { apiVersion: api, kind, metadata: { name } };
  if (kind === 'DeviceClass') return { ...head, spec: { selectors: [{ cel: { expression: OF_NO_DRIVER } }] } };
  if (kind === 'ResourceSlice') return { ...head, spec: sliceSpec(api, name) };
  const claim = { devices: { requests: [claimRequest(api, deviceClass, 1)] } };
  return { ...head, spec: kind === 'ResourceClaim' ? claim : { spec: claim } };
}

/** One request for `count` devices of a class. */
export function claimRequest(api: string, deviceClass: string, count: number): Record<string, unknown> {
  return accelerators.deviceRequest(
    { mode: 'dra', name: NO_DRIVER, deviceClass, apiVersion: api },
    count,
    OF_NO_DRIVER,
  );
}

/** One device that no node can reach: never `allNodes`, never a node's name, so that no claim of a user is given it. */
function sliceSpec(api: string, pool: string): Record<string, unknown> {
  const device = { attributes: { model: { string: 'x' } }, capacity: { memory: { value: '1Gi' } } };
  const nowhere = { key: 'plimsoll.dev/no-such-node', operator: 'In', values: ['none'] };
  return {
    driver: NO_DRIVER,
    pool: { name: pool, generation: 1, resourceSliceCount: 1 },
    nodeSelector: { nodeSelectorTerms: [{ matchExpressions: [nowhere] }] },
    devices: [api.endsWith('/v1beta1') ? { name: 'd0', basic: device } : { name: 'd0', ...device }],
  };
}

/** Everything that was sent is stored with the same value; fields that the API server adds (defaults) do not matter. */
export function holds(stored: unknown, sent: unknown, path = 'spec'): true | string {
  if (Array.isArray(sent)) {
    if (!Array.isArray(stored) || stored.length !== sent.length) return `${path} is not stored as sent`;
    return firstReason(sent.map((item, index) => holds(stored[index], item, `${path}[${index}]`)));
  }
  if (typeof sent === 'object' && sent !== null) {
    if (typeof stored !== 'object' || stored === null) return `${path} is not stored`;
    return firstReason(
      Object.entries(sent).map(([key, value]) =>
        holds((stored as Record<string, unknown>)[key], value, `${path}.${key}`),
      ),
    );
  }
  return stored === sent || `${path} is ${JSON.stringify(stored) ?? 'not stored'} instead of ${JSON.stringify(sent)}`;
}

function firstReason(answers: readonly (true | string)[]): true | string {
  return answers.find((answer) => answer !== true) ?? true;
}
