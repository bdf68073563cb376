import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import { labelValue, withLabels } from './labels.ts';

describe('labels', () => {
  it('reach every pod template and claim template, however deep, and change nothing else', () => {
    const podTemplate = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c' }] } };
    const jobSet: KubeObject = {
      apiVersion: 'jobset.x-k8s.io/v1alpha2',
      kind: 'JobSet',
      metadata: { name: 's', labels: { mine: 'yes' } },
      spec: { replicatedJobs: [{ name: 'j', template: { spec: { parallelism: 2, template: podTemplate } } }] },
    };
    const before = structuredClone(jobSet);
    const labelled = withLabels(jobSet, { run: 'r' });
    expect(jobSet).toEqual(before);
    expect(labelled).toEqual({
      ...jobSet,
      metadata: { name: 's', labels: { mine: 'yes', run: 'r' } },
      spec: {
        replicatedJobs: [
          {
            name: 'j',
            template: {
              spec: { parallelism: 2, template: { ...podTemplate, metadata: { labels: { app: 'x', run: 'r' } } } },
            },
          },
        ],
      },
    });
    const claims = {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaimTemplate',
      metadata: { name: 't' },
      spec: { spec: { devices: {} } },
    };
    expect(withLabels(claims, { run: 'r' })).toMatchObject({ spec: { metadata: { labels: { run: 'r' } } } });
  });

  it('are put on a pod once, not on its containers', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c' }] } };
    expect(withLabels(pod, { run: 'r' })).toEqual({ ...pod, metadata: { name: 'p', labels: { run: 'r' } } });
  });

  it('are values that the API server takes', () => {
    expect(labelValue('gang_scheduling/oversized@kueue')).toBe('gang_scheduling.oversized.kueue');
    const long = labelValue(`secure_accelerator_access/${'x'.repeat(80)}@node-a`);
    expect(long).toHaveLength(63);
    expect(long).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]$/);
    expect(long).not.toBe(labelValue(`secure_accelerator_access/${'x'.repeat(80)}@node-b`));
  });
});
