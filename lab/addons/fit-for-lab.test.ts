import { expect, it } from 'vitest';
import { admissionConfig } from '../control-plane/pod-security.ts';
import { fitForLab } from './fit-for-lab.ts';
import { nodePool, POOL_TAINT } from './karpenter/node-pools.ts';

const TAINT = { key: 'accelerator', value: 'here', effect: 'NoSchedule' } as const;

it('lets the pods of an add-on tolerate the taints of the lab, and leaves everything else as it is', () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [], tolerations: [{ key: 'x' }] } };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: { replicas: 1, template },
  };
  expect(fitForLab(deployment, [TAINT])).toEqual({
    ...deployment,
    spec: {
      replicas: 1,
      template: {
        ...template,
        spec: {
          containers: [],
          tolerations: [{ key: 'x' }, { key: 'accelerator', operator: 'Equal', value: 'here', effect: 'NoSchedule' }],
        },
      },
    },
  });
  expect(fitForLab(deployment, [])).toBe(deployment);
  const prometheus = { apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', metadata: {}, spec: {} };
  expect(fitForLab(prometheus, [{ key: 'k', effect: 'NoExecute' }])['spec']).toEqual({
    tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute' }],
  });
  const service = { apiVersion: 'v1', kind: 'Service', metadata: {}, spec: {} };
  expect(fitForLab(service, [TAINT])).toBe(service);
});

it("lets a pool of Karpenter's say that its nodes have the taints", () => {
  const pool = nodePool({ name: 'accelerators', types: ['accelerator-1'] });
  expect(fitForLab(pool, [TAINT])['spec']).toMatchObject({ template: { spec: { taints: [POOL_TAINT, TAINT] } } });
});

it("exempts an add-on's namespace from the default level, unless it has a level of its own", () => {
  const level = 'pod-security.kubernetes.io/enforce';
  const namespace = (labels?: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'a', ...(labels === undefined ? {} : { labels }) },
  });
  expect(fitForLab(namespace(), []).metadata.labels).toEqual({ [level]: 'privileged' });
  expect(fitForLab(namespace({ [level]: 'baseline' }), []).metadata.labels).toEqual({ [level]: 'baseline' });
});

it('writes the level for every mode, and exempts the namespaces of Kubernetes', () => {
  const { plugins } = JSON.parse(admissionConfig('restricted')) as { plugins: [{ configuration: unknown }] };
  expect(plugins[0].configuration).toMatchObject({
    defaults: { enforce: 'restricted', warn: 'restricted', audit: 'restricted', 'enforce-version': 'latest' },
    exemptions: { namespaces: expect.arrayContaining(['kube-system']) as unknown },
  });
});
