import { isObject, type KubeObject } from '../kube/object.ts';
import { matchesNodeSelector, type SelectableNode } from './node-selector.ts';
import { quantity } from './quantity.ts';
import { text } from './text.ts';

/** One device of a ResourceSlice. */
export interface DraDevice {
  readonly driver: string;
  readonly pool: string;
  readonly name: string;
  /** Nodes that can reach it. */
  readonly nodes: readonly string[];
  /** Attribute name -> its value (string, int, bool, version), as in the slice. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly capacity: Readonly<Record<string, string>>;
  /** Taints that keep new pods away. */
  readonly tainted: boolean;
  /** Several claims may hold it at once. */
  readonly shareable: boolean;
  /** Has a part in counters that other devices use too (a partition). */
  readonly partition: boolean;
  /** Attributes that are lists (Kubernetes 1.36 and newer), where there are any. */
  readonly lists?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  /** What it takes of the pool's counters while somebody holds it. */
  readonly consumes?: readonly { readonly set: string; readonly counters: Readonly<Record<string, number>> }[];
  /** Of a shareable device: what a claim takes of a capacity unless it says otherwise; the whole where no policy is given. */
  readonly defaults?: Readonly<Record<string, number>>;
}

export interface DraPool {
  readonly driver: string;
  readonly pool: string;
  readonly generation: number;
  readonly slices: number;
  readonly expectedSlices: number;
  /** All slices of the newest generation are there: only then the scheduler may allocate from it. */
  readonly complete: boolean;
  /** Counters that its devices share: set -> counter -> how much there is. */
  readonly counters: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly devices: readonly DraDevice[];
}

/**
 * Groups ResourceSlices (resource.k8s.io v1, v1beta2, v1beta1) into pools: only the newest generation counts, and a pool is
 * complete when it has as many slices as it says. All four node associations are read: nodeName, nodeSelector, allNodes,
 * perDeviceNodeSelection (KEP-4381, KEP-4815).
 */
export function readPools(slices: readonly KubeObject[], nodes: readonly SelectableNode[]): DraPool[] {
  const groups = new Map<string, KubeObject[]>();
  for (const slice of slices) {
    const { driver, pool } = specOf(slice);
    const key = `${driver}\n${text(pool['name'])}`;
    groups.set(key, [...(groups.get(key) ?? []), slice]);
  }
  return [...groups.values()].map((group) => readPool(group, nodes)).sort(byName);
}

function readPool(group: readonly KubeObject[], nodes: readonly SelectableNode[]): DraPool {
  const generation = Math.max(...group.map((slice) => generationOf(slice)));
  const newest = group.filter((slice) => generationOf(slice) === generation);
  const { driver, pool } = specOf(newest[0] as KubeObject);
  const expected = Number(pool['resourceSliceCount']) || 0;
  return {
    driver,
    pool: text(pool['name']),
    generation,
    slices: newest.length,
    expectedSlices: expected,
    complete: newest.length === expected,
    counters: Object.fromEntries(
      newest
        .flatMap((slice) => listOf(specOf(slice).spec['sharedCounters']))
        .map((set) => [text(set['name']), numbersOf(set['counters'])]),
    ),
    devices: newest.flatMap((slice) => devicesOf(slice, nodes)),
  };
}

function generationOf(slice: KubeObject): number {
  return Number(specOf(slice).pool['generation']) || 0;
}

function specOf(slice: KubeObject): { spec: Record<string, unknown>; driver: string; pool: Record<string, unknown> } {
  const spec = isObject(slice['spec']) ? slice['spec'] : {};
  return { spec, driver: text(spec['driver']), pool: isObject(spec['pool']) ? spec['pool'] : {} };
}

function devicesOf(slice: KubeObject, nodes: readonly SelectableNode[]): DraDevice[] {
  const { spec, driver, pool } = specOf(slice);
  return listOf(spec['devices']).map((device) => {
    // v1beta1 keeps the fields under `basic`.
    const body = isObject(device['basic']) ? device['basic'] : device;
    const consumes = listOf(body['consumesCounters']).map((one) => ({
      set: text(one['counterSet']),
      counters: numbersOf(one['counters']),
    }));
    const lists = readLists(body['attributes']);
    const association = spec['perDeviceNodeSelection'] === true ? body : spec;
    return {
      driver,
      pool: text(pool['name']),
      name: text(device['name']),
      nodes: reachableFrom(association, nodes),
      attributes: readAttributes(body['attributes']),
      capacity: readCapacity(body['capacity']),
      tainted: listOf(body['taints']).some(
        (taint) => taint['effect'] === 'NoSchedule' || taint['effect'] === 'NoExecute',
      ),
      shareable: body['allowMultipleAllocations'] === true,
      partition: consumes.length > 0,
      ...(consumes.length > 0 ? { consumes } : {}),
      ...(Object.keys(lists).length > 0 ? { lists } : {}),
      ...(body['allowMultipleAllocations'] === true ? { defaults: defaultsOf(body['capacity']) } : {}),
    };
  });
}

function reachableFrom(association: Record<string, unknown>, nodes: readonly SelectableNode[]): string[] {
  if (association['allNodes'] === true) return nodes.map((node) => node.name);
  if (typeof association['nodeName'] === 'string' && association['nodeName'] !== '') return [association['nodeName']];
  return nodes.filter((node) => matchesNodeSelector(node, association['nodeSelector'])).map((node) => node.name);
}

function readAttributes(attributes: unknown): Record<string, string | number | boolean> {
  const read: Record<string, string | number | boolean> = {};
  for (const [name, attribute] of Object.entries(isObject(attributes) ? attributes : {})) {
    if (!isObject(attribute)) continue;
    const value = attribute['string'] ?? attribute['version'] ?? attribute['int'] ?? attribute['bool'];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') read[name] = value;
  }
  return read;
}

function readLists(attributes: unknown): Record<string, (string | number | boolean)[]> {
  const read: Record<string, (string | number | boolean)[]> = {};
  for (const [name, attribute] of Object.entries(isObject(attributes) ? attributes : {})) {
    if (!isObject(attribute)) continue;
    const list = attribute['strings'] ?? attribute['versions'] ?? attribute['ints'] ?? attribute['bools'];
    if (Array.isArray(list))
      read[name] = list.filter((one) => ['string', 'number', 'boolean'].includes(typeof one)) as string[];
  }
  return read;
}

/** Counters and capacities: `{ memory: { value: '80Gi' } }` as numbers. */
function numbersOf(list: unknown): Record<string, number> {
  return Object.fromEntries(
    Object.entries(readCapacity(list)).flatMap(([name, value]) => {
      const amount = quantity(value);
      return amount === undefined ? [] : [[name, amount]];
    }),
  );
}

function defaultsOf(capacity: unknown): Record<string, number> {
  return Object.fromEntries(
    Object.entries(isObject(capacity) ? capacity : {}).flatMap(([name, entry]) => {
      const policy = isObject(entry) && isObject(entry['requestPolicy']) ? entry['requestPolicy'] : {};
      const amount = quantity(policy['default'] ?? (isObject(entry) ? entry['value'] : entry));
      return amount === undefined ? [] : [[name, amount]];
    }),
  );
}

function readCapacity(capacity: unknown): Record<string, string> {
  const read: Record<string, string> = {};
  for (const [name, entry] of Object.entries(isObject(capacity) ? capacity : {})) {
    // v1alpha3/v1beta1 of 1.31 wrote the quantity itself, later versions {value}.
    const value = isObject(entry) ? entry['value'] : entry;
    if (typeof value === 'string' || typeof value === 'number') read[name] = String(value);
  }
  return read;
}

/** What claims hold of one device. */
export interface Held {
  /** Claims that hold it; administrative access takes nothing away. */
  readonly claims: number;
  /** Of a shareable device: how much of its capacity. */
  readonly capacity: Readonly<Record<string, number>>;
  /** The node to which the allocation binds it, where it is one. */
  readonly nodeSelector: unknown;
}

/** `driver/pool/device` of every device that a claim holds for itself. Administrative access takes nothing away. */
export function allocatedDevices(claims: Iterable<KubeObject>): Set<string> {
  return new Set(heldDevices(claims).keys());
}

/** `driver/pool/device` -> what claims hold of it. */
export function heldDevices(claims: Iterable<KubeObject>): Map<string, Held> {
  const taken = new Map<string, Held>();
  for (const claim of claims) {
    const status = isObject(claim['status']) ? claim['status'] : {};
    const allocation = isObject(status['allocation']) ? status['allocation'] : {};
    const devices = isObject(allocation['devices']) ? allocation['devices'] : {};
    for (const result of listOf(devices['results'])) {
      if (result['adminAccess'] === true) continue;
      const key = `${text(result['driver'])}/${text(result['pool'])}/${text(result['device'])}`;
      const before = taken.get(key);
      const capacity = { ...before?.capacity };
      for (const [name, amount] of Object.entries(numbersOf(result['consumedCapacity'])))
        capacity[name] = (capacity[name] ?? 0) + amount;
      taken.set(key, { claims: (before?.claims ?? 0) + 1, capacity, nodeSelector: allocation['nodeSelector'] });
    }
  }
  return taken;
}

export function deviceKey(device: Pick<DraDevice, 'driver' | 'pool' | 'name'>): string {
  return `${device.driver}/${device.pool}/${device.name}`;
}

function byName(a: DraPool, b: DraPool): number {
  const [left, right] = [`${a.driver}\n${a.pool}`, `${b.driver}\n${b.pool}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
