import { describe, expect, it } from 'vitest';
import { isOfLab, nodeFacts } from './node-facts.ts';

const node = (more: { spec?: unknown; labels?: Record<string, string>; ready?: string; os?: string } = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'a', uid: 'u', labels: more.labels ?? {} },
  spec: more.spec ?? {},
  status: {
    conditions: [{ type: 'Ready', status: more.ready ?? 'True' }],
    nodeInfo: { operatingSystem: more.os ?? 'linux' },
    allocatable: { cpu: '3920m', memory: '1Gi' },
  },
});

describe('isOfLab', () => {
  it('knows a node of a lab by what its kubelet registered as, whoever hands its accelerators out', () => {
    expect(isOfLab(node({ spec: { providerID: 'plimsoll://lab/node-1' } }))).toBe(true);
    expect(isOfLab(node({ spec: { providerID: 'gce://a/plimsoll://b' } }))).toBe(false);
    expect(isOfLab(node())).toBe(false);
  });
});

describe('nodeFacts', () => {
  it('takes a Ready Linux node for a candidate', () => {
    expect(nodeFacts(node())).toMatchObject({
      candidate: true,
      ready: true,
      allocatable: { cpu: 3.92, memory: 1024 ** 3 },
    });
  });

  it.each([
    ['not ready', node({ ready: 'Unknown' })],
    ['cordoned', node({ spec: { unschedulable: true } })],
    ['Windows', node({ os: 'windows' })],
    ['KWOK', node({ labels: { type: 'kwok' } })],
    ['out of order', node({ spec: { taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }] } })],
  ])('not when it is %s', (_, object) => {
    expect(nodeFacts(object).candidate).toBe(false);
  });

  it('computes tolerations from the taints that keep pods away, never a blanket one', () => {
    const taints = [
      { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' },
      { key: 'dedicated', effect: 'NoExecute' },
      { key: 'soft', effect: 'PreferNoSchedule' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
    ];
    expect(nodeFacts(node({ spec: { taints } })).tolerations).toEqual([
      { key: 'nvidia.com/gpu', operator: 'Equal', value: 'present', effect: 'NoSchedule' },
      { key: 'dedicated', operator: 'Exists', effect: 'NoExecute' },
    ]);
  });
});
