import { describe, expect, it } from 'vitest';
import { podRequests, requestedByNode } from './free-capacity.ts';

const pod = (spec: Record<string, unknown>, phase = 'Running') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec,
  status: { phase },
});
const wants = (requests: Record<string, string>, more: Record<string, unknown> = {}) => ({
  resources: { requests },
  ...more,
});

describe('podRequests', () => {
  it('adds up containers', () => {
    expect(podRequests(pod({ containers: [wants({ cpu: '250m' }), wants({ cpu: '1', 'x.io/a': '2' })] }))).toEqual({
      cpu: 1.25,
      'x.io/a': 2,
    });
  });

  it('takes the largest init container when it is more than what runs later', () => {
    const spec = { initContainers: [wants({ cpu: '3' }), wants({ cpu: '1' })], containers: [wants({ cpu: '2' })] };
    expect(podRequests(pod(spec))).toEqual({ cpu: 3 });
  });

  it('counts a sidecar beside the containers and beside the init containers after it', () => {
    const spec = {
      initContainers: [wants({ cpu: '1' }, { restartPolicy: 'Always' }), wants({ cpu: '4' })],
      containers: [wants({ cpu: '2' })],
    };
    expect(podRequests(pod(spec))).toEqual({ cpu: 5 });
  });

  it('takes a limit for a request that is not there, and adds the overhead', () => {
    const spec = { containers: [{ resources: { limits: { 'x.io/a': '1' } } }], overhead: { cpu: '100m' } };
    expect(podRequests(pod(spec))).toEqual({ 'x.io/a': 1, cpu: 0.1 });
  });

  it('prefers what the pod as a whole requests', () => {
    expect(podRequests(pod({ resources: { requests: { cpu: '4' } }, containers: [wants({ cpu: '1' })] }))).toEqual({
      cpu: 4,
    });
  });
});

describe('requestedByNode', () => {
  it('leaves out finished and unbound pods', () => {
    const bound = { nodeName: 'a', containers: [wants({ cpu: '1' })] };
    const sums = requestedByNode([
      pod(bound),
      pod(bound, 'Succeeded'),
      pod(bound, 'Failed'),
      pod({ containers: bound.containers }),
    ]);
    expect([...sums]).toEqual([['a', { cpu: 1, pods: 1 }]]);
  });
});
