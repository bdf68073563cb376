import { type Discovery, discoveryOf } from '../src/inventory/discovery.ts';
import { FoundObjects } from '../src/inventory/objects/found-objects.ts';
import { TABLES } from '../src/inventory/tables.ts';
import { inventoryOf } from '../src/inventory/take-inventory.ts';

type Json = Record<string, unknown>;

/** What discover makes of objects, read as those of a file are. */
export function discovered(...objects: Json[]): Discovery {
  const found = new FoundObjects();
  for (const [index, one] of objects.entries()) found.add(one, `object ${index + 1}`, { apiVersion: '', kind: '' });
  return discoveryOf(inventoryOf(found.result('a test'), TABLES));
}

export interface NodeParts {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly taints?: readonly Json[];
  readonly capacity?: Record<string, string>;
  readonly ready?: boolean;
  readonly os?: string;
  readonly kubelet?: string;
  readonly metadata?: Json;
}

/** A node that takes pods, unless its parts say otherwise. */
export function node(name: string, allocatable: Record<string, string> = {}, parts: NodeParts = {}): Json {
  const {
    labels = {},
    annotations = {},
    taints = [],
    capacity = allocatable,
    ready = true,
    os = 'linux',
    kubelet = 'v1.36.2',
  } = parts;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels }, annotations, ...parts.metadata },
    spec: { taints },
    status: {
      allocatable: { cpu: '8', memory: '64Gi', pods: '110', ...allocatable },
      capacity: { cpu: '8', memory: '64Gi', pods: '110', ...capacity },
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      nodeInfo: { operatingSystem: os, architecture: 'amd64', kubeletVersion: kubelet },
    },
  };
}

/** A running pod that holds resources of a node. */
export function holder(name: string, nodeName: string, limits: Record<string, string>, phase = 'Running'): Json {
  const containers = [{ name: 'c', resources: { limits } }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'work' },
    spec: { nodeName, containers },
    status: { phase },
  };
}

/** A ResourceSlice of one pool; devices as in its spec. */
export function slice(driver: string, nodeName: string, devices: readonly Json[], more: Json = {}): Json {
  const pool = { name: nodeName, generation: 1, resourceSliceCount: 1 };
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { name: `${nodeName}-${driver}` },
    spec: { driver, pool, nodeName, devices, ...more },
  };
}

/** A device with attributes: texts, numbers and truths as the API writes them. */
export function device(
  name: string,
  attributes: Record<string, string | number | boolean> = {},
  more: Json = {},
): Json {
  const written = Object.entries(attributes).map(([key, value]) => [
    key,
    typeof value === 'string' ? { string: value } : typeof value === 'number' ? { int: value } : { bool: value },
  ]);
  return { name, attributes: Object.fromEntries(written) as Json, ...more };
}

export function deviceClass(name: string, ...expressions: string[]): Json {
  const selectors = expressions.map((expression) => ({ cel: { expression } }));
  return { apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name }, spec: { selectors } };
}

/** A claim that holds devices (`pool/device`). */
export function claim(name: string, driver: string, held: readonly string[], more: Json = {}): Json {
  const results = held.map((one) => {
    const [pool, of] = one.split('/');
    return { driver, pool, device: of, request: 'r', ...more };
  });
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: { name, namespace: 'work' },
    status: { allocation: { devices: { results } } },
  };
}

export function deployment(
  namespace: string,
  name: string,
  parts: { replicas?: number; ready?: number; image?: string; args?: string[] } = {},
): Json {
  const { replicas = 1, ready = replicas, image = 'registry.example/x:v1', args = [] } = parts;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { replicas, template: { spec: { containers: [{ name: 'c', image, args }] } } },
    status: { readyReplicas: ready },
  };
}

export function served(...kinds: string[]): Json {
  return { kind: 'Served', kinds };
}
