import { describe, expect, it } from 'vitest';
import { differences } from './expected-discovery.ts';
import { discovered, node, served } from './own-objects.ts';

type Json = Record<string, unknown>;
const GPU = 'nvidia.com/gpu';

const status = (written: string): Json => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cluster-autoscaler-status', namespace: 'kube-system' },
  data: { status: written },
});
const yaml = (health: string): string =>
  `time: 2026-11-30 10:00:00 +0000 UTC\nnodeGroups:\n- name: g\n  health:\n    status: ${health}\n    nodeCounts:\n      registered:\n        total: 1\n    cloudProviderTarget: 1\n    maxSize: 3\n  scaleUp:\n    status: NoActivity\n`;
const text = (health: string): string =>
  `Cluster-autoscaler status at 2026-11-30 10:00:00 +0000 UTC:\nNodeGroups:\n  Name:        g\n  Health:      ${health} (ready=0 registered=1 cloudProviderTarget=1 (minSize=0, maxSize=3))\n  ScaleUp:     NoActivity\n`;

const set = (name: string, more: Json = {}, annotations: Record<string, string> = {}): Json => ({
  apiVersion: 'machine.openshift.io/v1beta1',
  kind: 'MachineSet',
  metadata: { name, namespace: 'm', annotations },
  spec: { replicas: 0, template: { spec: { providerSpec: { value: more } } } },
});
const scaler = (name: string): Json => ({
  apiVersion: 'autoscaling.openshift.io/v1beta1',
  kind: 'MachineAutoscaler',
  metadata: { name, namespace: 'm' },
  spec: { minReplicas: 0, maxReplicas: 2, scaleTargetRef: { kind: 'MachineSet', name } },
});
const limits = (of: Json): Json => ({
  apiVersion: 'autoscaling.openshift.io/v1',
  kind: 'ClusterAutoscaler',
  metadata: { name: 'default' },
  spec: { resourceLimits: of },
});
const promised = { 'machine.openshift.io/GPU': '1' };

describe('pools', () => {
  it.each([
    ['YAML', yaml],
    ['text', text],
  ])('of which too many nodes are not ready, in %s, get no node', (_form, written) => {
    const found = (health: string) =>
      discovered(status(written(health)), node('n', { [GPU]: '1' }, { labels: { nodepool: 'g' } }));
    expect(found('Healthy').pools).toMatchObject([{ id: 'g', canGrow: true }]);
    expect(found('Unhealthy').pools).toMatchObject([
      { id: 'g', canGrow: false, why: expect.stringContaining('unhealthy') as string },
    ]);
  });

  it.each([
    ['AWS', { instanceType: 'g5.xlarge' }],
    ['Azure', { vmSize: 'Standard_NC24ads_A100_v4' }],
    ['GCP', { machineType: 'n1-standard-8', gpus: [{ count: 1, type: 'nvidia-tesla-t4' }] }],
  ])('of OpenShift on %s offer what their machines have', (_cloud, provider) => {
    const found = discovered(limits({}), set('gpu', provider), scaler('gpu'));
    expect(differences({ pools: [{ id: 'gpu', offers: [GPU], canGrow: true }] }, found)).toEqual([]);
    const none = discovered(limits({}), set('cpu', { instanceType: 'm5.xlarge' }), scaler('cpu'));
    expect(differences({ pools: [{ id: 'cpu', offers: [], canGrow: true }] }, none)).toEqual([]);
  });

  it('of OpenShift need a ClusterAutoscaler, where the kind is served', () => {
    const pool = [set('gpu', {}, promised), scaler('gpu')];
    const kind = served('autoscaling.openshift.io/v1/ClusterAutoscaler');
    expect(discovered(...pool).pools).toMatchObject([{ canGrow: true }]);
    expect(discovered(kind, ...pool).pools).toMatchObject([{ canGrow: false }]);
    expect(discovered(kind, limits({}), ...pool).pools).toMatchObject([{ canGrow: true }]);
  });

  it('of OpenShift heed the limit on accelerators', () => {
    const most = (max: number) => limits({ gpus: [{ type: GPU, min: 0, max }] });
    const pool = [set('gpu', {}, promised), scaler('gpu'), node('n', { [GPU]: '1' })];
    expect(discovered(most(1), ...pool).pools).toMatchObject([
      { canGrow: false, why: `the cluster has 1 of at most 1 ${GPU}` },
    ]);
    expect(discovered(most(2), ...pool).pools).toMatchObject([{ canGrow: true }]);
  });
});
