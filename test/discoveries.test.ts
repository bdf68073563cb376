import { describe, expect, it } from 'vitest';
import { discoverySchema } from '../src/inventory/discovery.ts';
import { differences, type Expected } from './expected-discovery.ts';
import { claim, deployment, device, deviceClass, discovered, holder, node, served, slice } from './own-objects.ts';

type Objects = Parameters<typeof discovered>;

/** Each: what it is, the objects, and the right reading of them. Shapes and names of resources, labels and drivers are real ones. */
function readings(about: string, cases: readonly (readonly [string, Objects, Expected])[]): void {
  describe(`${about}`, () => {
    it.each(cases)('%s', (_what, objects, expected) => {
      const found = discovered(...objects);
      expect(differences(expected, found)).toEqual([]);
      expect(discoverySchema.safeParse(found).error).toBeUndefined();
    });
  });
}

const GPU = 'nvidia.com/gpu';
const offer = (name: string, more: Partial<NonNullable<Expected['offers']>[number]>) => ({ node: 'n', name, ...more });

readings('device plugins', [
  [
    'time slicing under the name of whole devices',
    [
      node(
        'n',
        { [GPU]: '20' },
        {
          labels: {
            'nvidia.com/gpu.count': '2',
            'nvidia.com/gpu.replicas': '10',
            'nvidia.com/gpu.product': 'Tesla-T4-SHARED',
          },
        },
      ),
      holder('h', 'n', { [GPU]: '3' }),
      holder('done', 'n', { [GPU]: '1' }, 'Succeeded'),
    ],
    {
      offers: [offer(GPU, { unit: 'share', atOnce: 20, free: 17, physical: 2 })],
      measured: [{ node: 'n', devices: 2 }],
    },
  ],
  [
    'time slicing under a name of its own: the old name is left at 0, and that is no trouble',
    [
      node(
        'n',
        { [GPU]: '0', 'nvidia.com/gpu.shared': '8' },
        { labels: { 'nvidia.com/gpu.count': '2', 'nvidia.com/gpu.replicas': '4' } },
      ),
    ],
    {
      offers: [offer('nvidia.com/gpu.shared', { unit: 'share', atOnce: 8, physical: 2 })],
      measured: [{ node: 'n', devices: 2 }],
    },
  ],
  [
    'labels that tell of sharing on a node that hands out whole devices',
    [node('n', { [GPU]: '2' }, { labels: { 'nvidia.com/gpu.count': '2', 'nvidia.com/gpu.replicas': '4' } })],
    { offers: [offer(GPU, { unit: 'share' })], remarks: ['2 devices in 4 shares each, and there are 2'] },
  ],
  [
    'MIG in the strategy single',
    [
      node(
        'n',
        { [GPU]: '56' },
        {
          labels: {
            'nvidia.com/gpu.count': '8',
            'nvidia.com/mig.strategy': 'single',
            'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3-MIG-1g.10gb',
          },
        },
      ),
    ],
    { offers: [offer(GPU, { unit: 'partition', atOnce: 56, physical: 8 })], measured: [{ node: 'n', devices: 56 }] },
  ],
  [
    'the strategy single where no device is cut',
    [
      node(
        'n',
        { [GPU]: '8' },
        {
          labels: {
            'nvidia.com/gpu.count': '8',
            'nvidia.com/mig.strategy': 'single',
            'nvidia.com/mig.config': 'all-disabled',
            'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3',
          },
        },
      ),
    ],
    { offers: [offer(GPU, { unit: 'device', physical: 8 })], measured: [{ node: 'n', devices: 8 }] },
  ],
  [
    'devices, and cores of the same devices',
    [
      node('n', { 'aws.amazon.com/neuron': '16', 'aws.amazon.com/neuroncore': '32' }),
      holder('h', 'n', { 'aws.amazon.com/neuron': '8' }),
    ],
    {
      offers: [
        offer('aws.amazon.com/neuron', { unit: 'device', free: 8 }),
        offer('aws.amazon.com/neuroncore', { unit: 'core', atOnce: 32, free: 16, physical: 16 }),
      ],
      measured: [{ node: 'n', devices: 16 }],
    },
  ],
  [
    'cores alone, on a machine whose type tells',
    [
      node(
        'n',
        { 'aws.amazon.com/neuroncore': '24' },
        { labels: { 'node.kubernetes.io/instance-type': 'inf2.48xlarge' } },
      ),
    ],
    {
      offers: [offer('aws.amazon.com/neuroncore', { unit: 'core', physical: 12 })],
      measured: [{ node: 'n', devices: 12 }],
    },
  ],
  [
    'amounts beside devices',
    [
      node('n', {
        'huawei.com/Ascend910B4': '8',
        'huawei.com/Ascend910B4-memory': '262144',
        'huawei.com/Ascend910B4-core': '800',
      }),
    ],
    {
      offers: [
        offer('huawei.com/Ascend910B4', { unit: 'device' }),
        offer('huawei.com/Ascend910B4-memory', { unit: 'amount' }),
      ],
      measured: [{ node: 'n', devices: 8 }],
    },
  ],
  [
    'shares that a register lists, in its older form',
    [
      node(
        'n',
        { [GPU]: '20' },
        {
          annotations: {
            'hami.io/node-nvidia-register':
              'GPU-a,10,40960,100,NVIDIA-A100,0,true:GPU-b,10,40960,100,NVIDIA-A100,0,true:',
          },
        },
      ),
    ],
    { offers: [offer(GPU, { unit: 'share', physical: 2 })] },
  ],
  [
    'partitions of AMD under the name of whole devices',
    [node('n', { 'amd.com/gpu': '64' }, { labels: { 'amd.com/compute-memory-partition': 'cpx_nps4' } })],
    { offers: [offer('amd.com/gpu', { unit: 'partition', physical: 8 })], measured: [{ node: 'n', devices: 64 }] },
  ],
  [
    'what is nobody’s accelerator, and what nobody knows',
    [
      node('n', {
        'vpc.amazonaws.com/pod-eni': '9',
        'qat.intel.com/cy': '16',
        'devices.kubevirt.io/kvm': '1k',
        'unheard.example/thing': '2',
      }),
    ],
    {
      absent: { offers: ['vpc.amazonaws.com/pod-eni', 'qat.intel.com/cy', 'devices.kubevirt.io/kvm'] },
      offers: [offer('unheard.example/thing', { unit: 'unknown', atOnce: 2 })],
      measured: [{ node: 'n', devices: 0 }],
    },
  ],
]);

const byType = (name: string, type: string): ReturnType<typeof deviceClass> =>
  deviceClass(name, `device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == '${type}'`);
const CLASSES = [
  byType('gpu.nvidia.com', 'gpu'),
  byType('mig.nvidia.com', 'mig'),
  byType('vfio.gpu.nvidia.com', 'vfio'),
];
const counters = (amount: string) => ({
  consumesCounters: [{ counterSet: 'gpu-0', counters: { memory: { value: amount } } }],
});

readings('DRA', [
  [
    'a device, and partitions that are made of it on demand: one is held',
    [
      node('n'),
      slice(
        'gpu.nvidia.com',
        'n',
        [
          device('gpu-0', { type: 'gpu', uuid: 'GPU-0' }, counters('80Gi')),
          ...[0, 1, 2, 3].map((at) => device(`mig-${at}`, { type: 'mig', parentUUID: 'GPU-0' }, counters('20Gi'))),
        ],
        { sharedCounters: [{ name: 'gpu-0', counters: { memory: { value: '80Gi' } } }] },
      ),
      ...CLASSES,
      claim('c', 'gpu.nvidia.com', ['n/mig-2']),
    ],
    {
      offers: [
        offer('gpu.nvidia.com', { unit: 'device', atOnce: 1, free: 0, physical: 1 }),
        offer('mig.nvidia.com', { unit: 'partition', atOnce: 4, free: 3, physical: 1 }),
      ],
      measured: [{ node: 'n', devices: 1 }],
    },
  ],
  [
    'the same silicon for containers and for virtual machines',
    [
      node('n'),
      slice('gpu.nvidia.com', 'n', [
        device('gpu-0', { type: 'gpu', uuid: 'GPU-0' }),
        device('vfio-0', { type: 'vfio', uuid: 'GPU-0' }),
      ]),
      ...CLASSES,
      claim('c', 'gpu.nvidia.com', ['n/vfio-0']),
    ],
    {
      offers: [
        offer('gpu.nvidia.com', { unit: 'device', atOnce: 1, free: 0 }),
        offer('vfio.gpu.nvidia.com', { unit: 'virtual', free: 0 }),
      ],
      measured: [{ node: 'n', devices: 1 }],
    },
  ],
  [
    'shareable devices: as many as their capacity has portions',
    [
      node('n'),
      slice('gpu.example.org', 'n', [
        device(
          'a',
          {},
          {
            allowMultipleAllocations: true,
            capacity: { memory: { value: '80Gi', requestPolicy: { default: '10Gi' } } },
          },
        ),
        device('b', {}, { allowMultipleAllocations: true, capacity: { memory: { value: '80Gi' } } }),
      ]),
      deviceClass('shared', 'device.driver == "gpu.example.org" && device.allowMultipleAllocations'),
      claim('c', 'gpu.example.org', ['n/b'], { consumedCapacity: { memory: '80Gi' } }),
    ],
    { offers: [offer('shared', { unit: 'share', atOnce: 9, free: 8, physical: 2 })] },
  ],
  [
    'taints: in the slice, by a rule for the device, by a rule for all of a driver that is another',
    [
      node('n'),
      slice('gpu.nvidia.com', 'n', [
        device('a', { type: 'gpu' }, { taints: [{ key: 'k', effect: 'NoExecute' }] }),
        device('b', { type: 'gpu' }),
        device('c', { type: 'gpu' }),
      ]),
      ...CLASSES,
      {
        apiVersion: 'resource.k8s.io/v1beta2',
        kind: 'DeviceTaintRule',
        metadata: { name: 'r' },
        spec: { deviceSelector: { driver: 'gpu.nvidia.com', device: 'b' }, taint: { key: 'k', effect: 'NoSchedule' } },
      },
      {
        apiVersion: 'resource.k8s.io/v1beta2',
        kind: 'DeviceTaintRule',
        metadata: { name: 's' },
        spec: { deviceSelector: { driver: 'other' }, taint: { key: 'k', effect: 'NoSchedule' } },
      },
      {
        apiVersion: 'resource.k8s.io/v1beta2',
        kind: 'DeviceTaintRule',
        metadata: { name: 't' },
        spec: { deviceSelector: {}, taint: { key: 'k', effect: 'None' } },
      },
    ],
    { offers: [offer('gpu.nvidia.com', { atOnce: 1, free: 1 })] },
  ],
  [
    'two classes that choose the same devices, and a list that one of them asks for',
    [
      node('n'),
      slice('gpu.nvidia.com', 'n', [
        device('a', { type: 'gpu' }),
        { name: 'b', attributes: { type: { string: 'gpu' }, roots: { strings: ['x', 'y'] } } },
      ]),
      ...CLASSES,
      deviceClass('rooted', 'device.driver == "gpu.nvidia.com"', '"y" in device.attributes["gpu.nvidia.com"].roots'),
    ],
    {
      offers: [offer('gpu.nvidia.com', { atOnce: 2 }), offer('rooted', { atOnce: 1, unit: 'device' })],
      measured: [{ node: 'n', devices: 2 }],
    },
  ],
  [
    'a device plugin beside a driver: what is held by one is not free by the other',
    [
      node('n', { [GPU]: '2' }),
      slice('gpu.nvidia.com', 'n', [device('a', { type: 'gpu' }), device('b', { type: 'gpu' })]),
      ...CLASSES,
      claim('c', 'gpu.nvidia.com', ['n/a']),
    ],
    { offers: [offer(GPU, { free: 1 }), offer('gpu.nvidia.com', { free: 1 })], measured: [{ node: 'n', devices: 2 }] },
  ],
  [
    'drivers of other things, of a node as a whole, and of nobody knows what',
    [
      node('n'),
      slice('dra-driver-cpu.example.com', 'n', [device('cpu')]),
      slice('neuron.aws.com', 'n', [
        device('d', { resourceType: 'neuron_device' }),
        device('all', { resourceType: 'neuron_node' }),
      ]),
      slice('things.example.com', 'n', [device('t')]),
    ],
    {
      absent: { offers: ['dra-driver-cpu.example.com'] },
      offers: [offer('neuron.aws.com', { atOnce: 1 }), offer('things.example.com', { unit: 'unknown' })],
      measured: [{ node: 'n', devices: 1 }],
    },
  ],
]);

const tainted = (key: string) =>
  node(key.replaceAll('/', '-').toLowerCase(), { [GPU]: '1' }, { taints: [{ key, effect: 'NoSchedule' }] });
const LEAVING = [
  'karpenter.sh/disrupted',
  'ToBeDeletedByClusterAutoscaler',
  'node.cilium.io/agent-not-ready',
  'node.cloudprovider.kubernetes.io/uninitialized',
  'aws-node-termination-handler/spot-itn',
];

readings('nodes', [
  [
    'that are leaving or not yet there are no candidates; the usual taint of an accelerator is no obstacle',
    [...LEAVING.map(tainted), tainted(GPU), tainted('dedicated')],
    {
      nodes: [
        ...LEAVING.map((key) => ({ name: key.replaceAll('/', '-').toLowerCase(), candidate: false })),
        { name: 'nvidia.com-gpu', candidate: true },
        { name: 'dedicated', candidate: true },
      ],
    },
  ],
  [
    'that are virtual change nothing else; a cluster whose accelerators are all simulated is',
    [node('real', { [GPU]: '1' }), node('n', { [GPU]: '9' }, { labels: { type: 'virtual-kubelet' } })],
    {
      nodes: [
        { name: 'real', candidate: true },
        { name: 'n', candidate: false, simulated: true },
      ],
      simulated: false,
    },
  ],
  [
    'of KWOK alone have the accelerators',
    [node('real'), node('n', { [GPU]: '8' }, { labels: { type: 'kwok' } })],
    { simulated: true, measured: [{ node: 'n', devices: 0 }] },
  ],
  [
    'with hardware and nothing registered are named, and those with less than there is',
    [
      node('silent', {}, { labels: { 'feature.node.kubernetes.io/pci-0302_10de.present': 'true' } }),
      node('screen', {}, { labels: { 'feature.node.kubernetes.io/pci-0300_8086.present': 'true' } }),
      node('n', { [GPU]: '7' }, { capacity: { [GPU]: '8' } }),
    ],
    {
      remarks: ['^node silent: .*tells of an accelerator', '7 of its 8 nvidia.com/gpu'],
      offers: [offer(GPU, { atOnce: 7 })],
    },
  ],
]);

const status = (written: string, namespace = 'kube-system') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cluster-autoscaler-status', namespace },
  data: { status: `time: 2026-01-20 10:52:04 +0000 UTC\nnodeGroups:\n${written}` },
});
const group = (name: string, registered: number, most: number): string =>
  `- name: ${name}\n  health: {nodeCounts: {registered: {total: ${registered}}}, cloudProviderTarget: ${registered}, minSize: 0, maxSize: ${most}}\n`;
const labelled = (name: string, labels: Record<string, string>) => node(name, { [GPU]: '1' }, { labels });
const requirement = (key: string, operator: string, ...values: string[]) => ({ key, operator, values });
const nodePool = (name: string, ...requirements: object[]) => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name },
  spec: { template: { spec: { requirements } } },
});
const BOUNDS = {
  'cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size': '0',
  'cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size': '4',
};

readings('pools', [
  [
    'of ids, in a namespace of their own',
    [
      labelled('a', { 'vke.vultr.com/node-pool-id': '9f0a' }),
      labelled('b', { 'some.cloud.example/pool-id': 'zz-1' }),
      status(group('9f0a', 1, 3) + group('zz-1', 1, 1), 'scaling'),
      deployment('scaling', 'my-aws-cluster-autoscaler'),
    ],
    {
      pools: [
        { id: '9f0a', nodes: ['a'], offers: [GPU], canGrow: true },
        { id: 'zz-1', nodes: ['b'], canGrow: false },
      ],
      operators: ['cluster autoscaler'],
    },
  ],
  [
    'that are empty beside a namesake with nodes',
    [
      labelled('a', { 'eks.amazonaws.com/nodegroup': 'gpu' }),
      labelled('gke-c-gpu-1a2b3c4d-x1', { 'cloud.google.com/gke-nodepool': 'gpu' }),
      status(
        group('eks-gpu-1a2b3c4d', 1, 2) +
          group('eks-spot-gpu-9a2b3c4d', 0, 2) +
          group('gke-c-spot-gpu-9a9b3c4d-grp', 0, 2) +
          group('gke-c-gpu-1a2b3c4d-grp', 1, 2),
      ),
    ],
    {
      pools: [
        { id: 'eks-gpu-1a2b3c4d', nodes: ['a'] },
        { id: 'eks-spot-gpu-9a2b3c4d', nodes: [], offers: [] },
        { id: 'gke-c-spot-gpu-9a9b3c4d-grp', nodes: [], offers: [] },
        { id: 'gke-c-gpu-1a2b3c4d-grp', nodes: ['gke-c-gpu-1a2b3c4d-x1'] },
      ],
    },
  ],
  [
    'of Karpenter, whose requirements name machines with accelerators by value',
    [
      nodePool('family', requirement('eks.amazonaws.com/instance-family', 'In', 'g6e')),
      nodePool('azure', requirement('karpenter.azure.com/sku-name', 'In', 'Standard_ND96isr_H100_v5')),
      nodePool('chips', requirement('karpenter.k8s.aws/instance-accelerator-name', 'In', 'trainium')),
      nodePool('amd', requirement('karpenter.k8s.aws/instance-gpu-manufacturer', 'In', 'amd')),
      nodePool('none', requirement('karpenter.k8s.aws/instance-category', 'NotIn', 'g', 'p')),
      nodePool('cpu', requirement('karpenter.k8s.aws/instance-family', 'In', 'm7i', 'c7i')),
    ],
    {
      pools: [
        { id: 'family', offers: [GPU], canGrow: true },
        { id: 'azure', offers: [GPU] },
        { id: 'chips', offers: ['aws.amazon.com/neuron'] },
        { id: 'amd', offers: ['amd.com/gpu'] },
        { id: 'none', offers: [] },
        { id: 'cpu', offers: [] },
      ],
    },
  ],
  [
    'of Cluster API, told twice, with nodes by their owners',
    [
      node(
        'a',
        { [GPU]: '8' },
        { annotations: { 'cluster.x-k8s.io/owner-kind': 'MachineSet', 'cluster.x-k8s.io/owner-name': 'gpu-md-x1y2z' } },
      ),
      ...['gpu-md', 'gpu'].map((name) => ({
        apiVersion: 'cluster.x-k8s.io/v1beta1',
        kind: 'MachineDeployment',
        metadata: { name, namespace: 'c', annotations: BOUNDS },
        spec: { replicas: 1 },
      })),
      status(group('MachineDeployment/c/gpu-md', 1, 4) + group('MachineDeployment/c/gpu', 1, 1)),
    ],
    {
      pools: [
        { id: 'gpu-md', nodes: ['a'], offers: [GPU], canGrow: true },
        { id: 'MachineDeployment/c/gpu', nodes: [], canGrow: false },
      ],
    },
  ],
  [
    'whose autoscaler is switched off',
    [status(group('some-group', 0, 3)), deployment('kube-system', 'cluster-autoscaler', { replicas: 0 })],
    { pools: [{ id: 'some-group', canGrow: false }] },
  ],
]);

const gatewayClass = (name: string, controllerName: string) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name },
  spec: { controllerName },
});

readings('gateways, stores, schedulers and operators', [
  [
    'gateways for clients, between services, and others',
    [
      gatewayClass('kgateway', 'kgateway.dev/kgateway'),
      gatewayClass('kgateway-waypoint', 'kgateway.dev/kgateway'),
      gatewayClass('ew', 'istio.io/eastwest-controller'),
      gatewayClass('udp', 'stunner.l7mp.io/gateway-operator'),
      gatewayClass('mine', 'unheard.example/gateway'),
    ],
    {
      gateways: [
        { class: 'kgateway', use: 'ingress' },
        { class: 'kgateway-waypoint', use: 'mesh' },
        { class: 'ew', use: 'mesh' },
        { class: 'udp', use: 'other' },
        { class: 'mine', use: 'other' },
      ],
    },
  ],
  [
    'a store that listens on its own pod alone, one behind a proxy, and one that can be asked',
    [
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'Prometheus',
        metadata: { name: 'own', namespace: 'a' },
        spec: { listenLocal: true },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name: 'thanos-querier',
          namespace: 'b',
          annotations: { 'service.beta.openshift.io/serving-cert-secret-name': 'tls' },
        },
        spec: { ports: [{ name: 'web', port: 9091 }] },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'x', namespace: 'c', labels: { 'app.kubernetes.io/name': 'victoria-metrics-single' } },
        spec: { ports: [{ name: 'http', port: 8428 }] },
      },
    ],
    {
      stores: [
        { id: 'a/own', readable: false },
        { id: 'b/thanos-querier', readable: false },
        { id: 'c/x', readable: true },
      ],
    },
  ],
  [
    'a scheduler without its API, one that is not ready, and one whose name is anybody’s',
    [
      served(
        'scheduling.volcano.sh/v1beta1/PodGroup',
        'batch.volcano.sh/v1alpha1/Job',
        'scheduling.run.ai/v2alpha2/PodGroup',
        'kueue.x-k8s.io/v1beta2/ClusterQueue',
        'kueue.x-k8s.io/v1beta2/Workload',
      ),
      deployment('volcano-system', 'volcano-scheduler', { replicas: 1, ready: 0 }),
      deployment('volcano-system', 'volcano-controllers'),
      deployment('airflow', 'scheduler'),
      deployment('x', 'koord-scheduler'),
      deployment('kueue-system', 'release-kueue-controller-manager'),
    ],
    {
      gang: [
        { id: 'volcano', ready: false },
        { id: 'kai', ready: false },
        { id: 'koordinator', ready: false },
        { id: 'kueue', ready: true },
      ],
    },
  ],
  [
    'operators by image, by arguments, and by name alone',
    [
      deployment('a', 'weird', { image: 'registry.example/autoscaling/cluster-autoscaler:v1.36.0' }),
      deployment('b', 'custom-metrics-stackdriver-adapter'),
      deployment('c', 'unheard-operator'),
      served('unheard.example/v1/Thing'),
    ],
    { operators: ['cluster autoscaler', 'stackdriver', 'unheard-operator', 'unheard.example'] },
  ],
]);
