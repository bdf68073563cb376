import { describe, expect, it } from 'vitest';
import { discoveryText } from '../src/cli/discover/discovery-text.ts';
import { discoveryOf, discoverySchema } from '../src/inventory/discovery.ts';
import { FoundObjects } from '../src/inventory/objects/found-objects.ts';
import { JsonItems } from '../src/inventory/objects/json-items.ts';
import { TABLES } from '../src/inventory/tables.ts';
import { inventoryOf } from '../src/inventory/take-inventory.ts';
import { claim, deployment, device, deviceClass, holder, node, served, slice } from './own-objects.ts';
import fc from './property.ts';

const OBJECTS = [
  served('karpenter.sh/v1/NodePool', 'kueue.x-k8s.io/v1beta2/Workload'),
  node(
    'n',
    { 'nvidia.com/gpu': '8', 'huawei.com/Ascend910B4': '8' },
    {
      labels: { 'nvidia.com/gpu.replicas': '4' },
      annotations: { 'hami.io/node-nvidia-register': '[{"id":"a","count":4}]' },
      taints: [{ key: 'k', effect: 'NoSchedule' }],
    },
  ),
  holder('p', 'n', { 'nvidia.com/gpu': '1' }),
  slice(
    'gpu.nvidia.com',
    'n',
    [
      device(
        'gpu-0',
        { type: 'gpu', uuid: 'x' },
        { consumesCounters: [{ counterSet: 's', counters: { m: { value: '1' } } }] },
      ),
    ],
    { sharedCounters: [{ name: 's', counters: { m: { value: '1' } } }] },
  ),
  deviceClass('gpu.nvidia.com', "device.attributes['gpu.nvidia.com'].type == 'gpu'"),
  claim('c', 'gpu.nvidia.com', ['n/gpu-0'], { consumedCapacity: { m: '1' } }),
  {
    apiVersion: 'resource.k8s.io/v1beta2',
    kind: 'DeviceTaintRule',
    metadata: { name: 'r' },
    spec: { deviceSelector: { driver: 'gpu.nvidia.com' }, taint: { key: 'k', effect: 'NoSchedule' } },
  },
  deployment('kube-system', 'cluster-autoscaler', { args: ['--cloud-provider=x', '--nodes=0:1:a'] }),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cluster-autoscaler-status', namespace: 'x' },
    data: { status: 'time: now\nnodeGroups:\n- name: g\n  health: {maxSize: 2}\n' },
  },
  {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: 'np' },
    spec: {
      template: {
        spec: {
          requirements: [{ key: 'karpenter.k8s.aws/instance-family', operator: 'In', values: ['p5'] }],
          taints: [],
        },
      },
      limits: { cpu: '1' },
    },
  },
  {
    apiVersion: 'cluster.x-k8s.io/v1beta1',
    kind: 'MachineDeployment',
    metadata: {
      name: 'md',
      annotations: {
        'cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size': '0',
        'cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size': '2',
      },
    },
    spec: { replicas: 1 },
  },
  {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'MachineSet',
    metadata: { name: 'ms', namespace: 'o', annotations: { 'machine.openshift.io/GPU': '1' } },
    spec: {},
  },
  {
    apiVersion: 'autoscaling.openshift.io/v1',
    kind: 'ClusterAutoscaler',
    metadata: { name: 'd' },
    spec: { resourceLimits: { gpus: [{ type: 'x' }] } },
  },
  {
    apiVersion: 'autoscaling.openshift.io/v1beta1',
    kind: 'MachineAutoscaler',
    metadata: { name: 'ma', namespace: 'o' },
    spec: { minReplicas: 0, maxReplicas: 1, scaleTargetRef: { name: 'ms' } },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'g' },
    spec: { controllerName: 'x' },
    status: { conditions: [{ type: 'Accepted', status: 'True' }] },
  },
  {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    metadata: { name: 'p', namespace: 'm' },
    spec: { podMonitorSelector: {}, podMonitorNamespaceSelector: { matchLabels: {} }, shards: 2 },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'prometheus', namespace: 'm', labels: { app: 'prometheus' } },
    spec: { ports: [{ name: 'web', port: 9090 }] },
  },
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.external.metrics.k8s.io' },
    spec: { service: { namespace: 'a', name: 'b' } },
    status: { conditions: [] },
  },
];

/** Every place in a value at which something else can stand. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, one]) => places(one, [...path, Array.isArray(value) ? Number(key) : key])),
  ];
}

const PLACES = OBJECTS.flatMap((object, index) =>
  places(object)
    .slice(1)
    .map((path) => [index, ...path]),
);

function put(into: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(into)) return into.map((one, index) => (index === step ? put(one, rest, value) : (one as unknown)));
  return typeof into === 'object' && into !== null
    ? { ...into, [step]: put((into as Record<string, unknown>)[step], rest, value) }
    : into;
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    'constructor',
    '__proto__',
    '-1',
    'NaN',
    '1e400',
    -1,
    1e308,
    0,
    true,
    [],
    [null],
    {},
    { '': null },
    '\u001b[2J',
    'a'.repeat(300),
    [[]],
    { items: [1] },
    '9'.repeat(40),
    '(((',
    'device.x &&',
  ),
  fc.json().map((text) => JSON.parse(text) as unknown),
);

describe('objects with something else where it should not be', () => {
  it('are read without a crash, and what is told of them obeys the schema and has no control characters', () => {
    let mutated = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(PLACES.length - 1), anything), { minLength: 20, maxLength: 30 }),
        (changes) => {
          const objects = changes.reduce<unknown>(
            (all, [at, value]) => put(all, PLACES[at] ?? [], value),
            OBJECTS,
          ) as unknown[];
          mutated += changes.length;
          const found = new FoundObjects();
          for (const [index, one] of objects.entries()) found.add(one, `object ${index}`, { apiVersion: '', kind: '' });
          const inventory = inventoryOf(found.result('a test'), TABLES);
          expect(discoverySchema.safeParse(discoveryOf(inventory)).error).toBeUndefined();
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
          expect(discoveryText(inventory)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
        },
      ),
      { numRuns: 420 },
    );
    expect(mutated).toBeGreaterThan(8_000);
  }, 120_000);

  it('or bytes that are missing, doubled or swapped: JSON is cut into items all the same', () => {
    const written = Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: OBJECTS }, null, 1));
    let broken = 0;
    fc.assert(
      fc.property(fc.nat(written.length - 1), fc.nat(255), fc.integer({ min: 1, max: 4096 }), (at, byte, size) => {
        const bytes = Buffer.from(written);
        bytes[at] = byte;
        const found = new FoundObjects();
        const items = new JsonItems(({ text, line }) => {
          try {
            found.add(JSON.parse(text), `${line}`, { apiVersion: '', kind: '' });
          } catch (error) {
            found.problem(`${line}`, String(error));
          }
        });
        for (let from = 0; from < bytes.length; from += size) items.write(bytes.subarray(from, from + size));
        const { objects, problems } = found.result('a test');
        // Every object is read, or its place is told, or the file ends within one.
        if (objects.length < OBJECTS.length - 2 && problems.length === 0 && items.end() === undefined) broken += 1;
      }),
      { numRuns: 300 },
    );
    expect(broken).toBe(0);
  }, 120_000);
});
