import { expect, it } from 'vitest';
import { keptOf } from './kept-of.ts';

it("keeps the named fields of an object that is somebody else's, and nothing more", () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'b', uid: 'u', resourceVersion: '7', labels: { secret: 'x' } },
    spec: {
      nodeName: 'n',
      containers: [
        { name: 'c', env: [{ name: 'TOKEN', value: 'x' }], resources: { limits: { 'a.com/gpu': '1' } } },
        { name: 'd' },
      ],
    },
    status: { phase: 'Running', podIP: '10.0.0.1' },
  };
  expect(
    keptOf(pod, ['spec.nodeName', 'spec.containers.*.resources', 'spec.containers.*.name', 'status.phase', 'no.such']),
  ).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'b', uid: 'u', resourceVersion: '7' },
    spec: {
      nodeName: 'n',
      containers: [{ name: 'c', resources: { limits: { 'a.com/gpu': '1' } } }, { name: 'd' }],
    },
    status: { phase: 'Running' },
  });
});
