import { describe, expect, it } from 'vitest';
import { discovered, type NodeParts, node } from './own-objects.ts';

const tainted = (key: string, effect = 'NoSchedule'): NodeParts => ({ taints: [{ key, effect }] });
const candidate = (parts: NodeParts): boolean | undefined =>
  discovered(node('n', { 'nvidia.com/gpu': '1' }, parts)).nodes[0]?.candidate;

describe('nodes that take pods of a case', () => {
  it.each([
    'karpenter.sh/disrupted',
    'ToBeDeletedByClusterAutoscaler',
    'DeletionCandidateOfClusterAutoscaler',
    'status-taint.cluster-autoscaler.kubernetes.io/x',
    'remediation.medik8s.io/self-node-remediation',
    'medik8s.io/drain',
    'nvidia.com/gpu-unhealthy',
    'nvsentinel.example/quarantine',
    'AggregatedNodeHealth',
    'metal.example/deprovisioning',
    'oci.example/oke-preempting',
    'kubernetes.azure.com/scheduled-event',
    'draino',
    'kured.example/reboot',
    'cluster.x-k8s.io/remediate',
    'harvesterhci.io/maintain-mode',
    'aws-node-termination-handler/spot-itn',
    'cloud.google.com/impending-node-termination',
    'node.cilium.io/agent-not-ready',
  ])('not one with the taint %s', (key) => {
    expect(candidate(tainted(key))).toBe(false);
    expect(candidate(tainted(key, 'PreferNoSchedule'))).toBe(true);
  });

  it.each([
    'nvidia.com/gpu',
    'kubernetes.azure.com/scalesetpriority',
    'termination-sensitive',
    'dedicated',
    'healthcare',
  ])('one with the taint %s', (key) => {
    expect(candidate(tainted(key))).toBe(true);
  });

  it.each([
    ['labels of ACI', { labels: { type: 'virtual-kubelet' } }],
    ['an instance type of Tencent', { labels: { 'node.kubernetes.io/instance-type': 'eklet' } }],
    ['an instance type of Volcengine', { labels: { 'node.kubernetes.io/instance-type': 'virtual-node' } }],
    ['a label of Alibaba', { labels: { 'alibabacloud.com/virtual-node': 'true' } }],
    ['a label of interLink', { labels: { 'virtual-node.interlink/type': 'virtual-kubelet' } }],
    ['a taint of Volcengine', tainted('vci.vke.volcengine.com/node-type')],
    ['a version', { kubelet: 'v1.27.4-vk-cloud-0.1' }],
  ] as [string, NodeParts][])('not a virtual one, told by %s; beside real ones it simulates nothing', (_by, parts) => {
    const found = discovered(node('v', { 'nvidia.com/gpu': '1' }, parts), node('r', { 'nvidia.com/gpu': '1' }));
    expect(found.nodes.map(({ candidate: is, simulated }) => [is, simulated])).toEqual([
      [false, true],
      [true, false],
    ]);
    expect(found.simulated).toBe(false);
  });
});

describe('labels of hardware where nothing is registered', () => {
  it.each([
    ['feature.node.kubernetes.io/pci-0302_10de_1234_5678.present', 'true'],
    ['intel.feature.node.kubernetes.io/gaudi', 'true'],
    ['aliyun.accelerator/nvidia_name', 'Tesla-V100'],
    ['nebius.com/gpu-name', 'h100'],
    ['cce.baidubce.com/gpu-card-name', 'A100'],
    ['nvidia.com/gpu.family', 'hopper'],
  ])('%s=%s is told', (key, value) => {
    const { remarks } = discovered(node('n', {}, { labels: { [key]: value } }));
    expect(remarks.map(({ text }) => text)).toEqual([
      expect.stringContaining(`${key}=${value} tells of an accelerator`),
    ]);
  });

  it.each([
    ['nvidia.com/gpu.present', 'false'],
    ['kubernetes.io/os', 'linux'],
    ['feature.node.kubernetes.io/pci-0300_8086.present', 'true'],
  ])('%s=%s is nothing', (key, value) => {
    expect(discovered(node('n', {}, { labels: { [key]: value } })).remarks).toEqual([]);
  });
});
