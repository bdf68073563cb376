import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/kube/cluster.ts';
import { connect } from '../../src/kube/connect.ts';
import type { KindName, KubeObject } from '../../src/kube/object.ts';
import { type Lab, labDown, labUp, silent } from '../lab.ts';
import { phase, until } from '../testing/until.ts';
import { uninstallAddons } from './install-addons.ts';
import { deploymentReady } from './readiness.ts';
import { answered, colour, job, meteredPod, NAMESPACE, trainJob } from './test-objects.ts';
import { GATEWAY_ADDRESS } from './traefik/traefik.ts';

const NAME = 'test-addons';
const ADDONS = ['kueue', 'prometheus-adapter', 'traefik', 'trainer', 'kuberay', 'kwok'];

let lab: Lab;
let cluster: Cluster;

beforeAll(async () => {
  await labDown(NAME, silent);
  lab = await labUp({ name: NAME, nodes: [{}, {}], addons: ADDONS }, silent);
  cluster = await connect({ kubeconfig: lab.kubeconfig });
});

afterAll(async () => {
  await cluster?.close();
  await labDown(NAME, silent);
});

describe('traefik', () => {
  it('programs a Gateway and routes by host and weight, exactly', async () => {
    for (const object of [...colour('red'), ...colour('blue')]) await cluster.create(object);
    const gateway = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' };
    await cluster.create({
      ...gateway,
      metadata: { name: 'gw', namespace: NAMESPACE },
      spec: { gatewayClassName: 'traefik', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
    });
    await cluster.create({
      apiVersion: gateway.apiVersion,
      kind: 'HTTPRoute',
      metadata: { name: 'web', namespace: NAMESPACE },
      spec: {
        parentRefs: [{ name: 'gw' }],
        hostnames: ['web.lab'],
        rules: [
          {
            backendRefs: [
              { name: 'red', port: 80, weight: 3 },
              { name: 'blue', port: 80, weight: 1 },
            ],
          },
        ],
      },
    });
    await until(
      cluster,
      { kind: 'gateway.networking.k8s.io/v1/Gateway', name: 'gw', namespace: NAMESPACE },
      (object) => {
        const status = object['status'] as {
          conditions?: { type: string; status: string }[];
          addresses?: { value: string }[];
        };
        return (
          status?.conditions?.some(({ type, status: state }) => type === 'Programmed' && state === 'True') === true &&
          status.addresses?.[0]?.value === GATEWAY_ADDRESS
        );
      },
    );
    for (const name of ['red', 'blue']) {
      const ready = (object: KubeObject): boolean => deploymentReady(NAMESPACE, name).missing(object) === undefined;
      await until(cluster, { kind: 'apps/v1/Deployment', name, namespace: NAMESPACE }, ready);
    }
    const ask = `timeout 3 wget -q -O - --header 'Host: web.lab' http://${GATEWAY_ADDRESS}/`;
    const script = `until ${ask} >/dev/null 2>&1; do sleep 0.2; done; for n in $(seq 40); do ${ask} || echo failed; done; sleep 600`;
    await cluster.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'client', namespace: NAMESPACE },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'client', image: 'busybox', command: ['sh', '-c', script] }],
      },
    });
    await until(cluster, { kind: 'v1/Pod', name: 'client', namespace: NAMESPACE }, (pod) => phase(pod) === 'Running');
    const lines = await answered(
      async () => (await cluster.logs({ namespace: NAMESPACE, name: 'client' })).trim().split('\n'),
      (log) => log.length === 40,
      30_000,
    );
    const count = (answer: string): number => lines.filter((line) => line === answer).length;
    expect({ red: count('red'), blue: count('blue') }).toEqual({ red: 30, blue: 10 });
  });
});

describe('prometheus and its adapter', () => {
  it('scrape a PodMonitor, answer a query, serve the custom metric, and scale by it', async () => {
    await cluster.create(meteredPod('metered', 42));
    await cluster.create({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: { name: 'metered', namespace: NAMESPACE },
      spec: {
        selector: { matchLabels: { app: 'metered' } },
        podMetricsEndpoints: [{ port: 'http', path: '/cgi-bin/metrics' }],
      },
    });
    const value = await answered(
      async () => {
        const path = '/api/v1/query?query=demo_load';
        return (
          await cluster.proxy({
            namespace: 'monitoring',
            service: 'prometheus-operated',
            port: 'web',
            path,
          })
        ).text;
      },
      (body) => body.includes('"pod":"metered"'),
      60_000,
    );
    expect(JSON.parse(value).data.result[0].value[1]).toBe('42');
    const metric = await answered(
      async () =>
        (
          await cluster.request({
            method: 'GET',
            path: `/apis/custom.metrics.k8s.io/v1beta2/namespaces/${NAMESPACE}/pods/metered/demo_load`,
          })
        ).body as { items: { value: string }[] },
      ({ items }) => items.length === 1,
      60_000,
    );
    expect(metric.items[0]?.value).toBe('42');
  });

  it('feed a HorizontalPodAutoscaler', async () => {
    await cluster.create({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'red', namespace: NAMESPACE },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'red' },
        minReplicas: 1,
        maxReplicas: 2,
        metrics: [
          {
            type: 'Object',
            object: {
              describedObject: { apiVersion: 'v1', kind: 'Pod', name: 'metered' },
              metric: { name: 'demo_load' },
              target: { type: 'Value', value: '21' },
            },
          },
        ],
      },
    });
    const deployment = await until(
      cluster,
      { kind: 'apps/v1/Deployment', name: 'red', namespace: NAMESPACE },
      (object) => (object['spec'] as { replicas: number }).replicas === 2,
    );
    expect((deployment['spec'] as { replicas: number }).replicas).toBe(2);
  });
});

describe('kueue', () => {
  it('admits the gang that fits and keeps the larger one from starting any pod', async () => {
    const group = 'kueue.x-k8s.io/v1beta2';
    await cluster.create({ apiVersion: group, kind: 'ResourceFlavor', metadata: { name: 'any' } });
    await cluster.create({
      apiVersion: group,
      kind: 'ClusterQueue',
      metadata: { name: 'all' },
      spec: {
        namespaceSelector: {},
        resourceGroups: [
          { coveredResources: ['cpu'], flavors: [{ name: 'any', resources: [{ name: 'cpu', nominalQuota: '400m' }] }] },
        ],
      },
    });
    await cluster.create({
      apiVersion: group,
      kind: 'LocalQueue',
      metadata: { name: 'queue', namespace: NAMESPACE },
      spec: { clusterQueue: 'all' },
    });
    await cluster.create(job('too-big', 5));
    await cluster.create(job('fits', 4));
    await until(
      cluster,
      { kind: 'batch/v1/Job', name: 'fits', namespace: NAMESPACE },
      (object) => (object['status'] as { ready?: number } | undefined)?.ready === 4,
    );
    const big = await cluster.get({ apiVersion: 'batch/v1', kind: 'Job', namespace: NAMESPACE, name: 'too-big' });
    expect((big['spec'] as { suspend: boolean }).suspend).toBe(true);
    const pods = await cluster.list('v1/Pod', { namespace: NAMESPACE, labels: 'job-name=too-big' }).all();
    expect(pods).toEqual([]);
  });
});

describe('trainer on jobset', () => {
  it('runs a TrainJob of two nodes to its end', async () => {
    await cluster.create(trainJob('train', []));
    await until(
      cluster,
      { kind: 'trainer.kubeflow.org/v1alpha1/TrainJob', name: 'train', namespace: NAMESPACE },
      complete,
    );
    const pods = await cluster
      .list('v1/Pod', { namespace: NAMESPACE, labels: 'jobset.sigs.k8s.io/jobset-name=train' })
      .all();
    const logs = await Promise.all(
      pods.map(({ metadata }) => cluster.logs({ namespace: NAMESPACE, name: metadata.name ?? '' })),
    );
    expect(logs.map((log) => /^PET_NNODES=(.*)$/m.exec(log)?.[1])).toEqual(['2', '2']);
  });

  it('refuses by its webhook what the schema allows', async () => {
    const bad = cluster.create(trainJob('bad', [{ name: 'PET_NNODES', value: '1' }]));
    await expect(bad).rejects.toMatchObject({ code: 'admission-denied' });
  });

  function complete(object: KubeObject): boolean {
    const conditions = (object['status'] as { conditions?: { type: string; status: string }[] } | undefined)
      ?.conditions;
    return conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') === true;
  }
});

describe('kuberay', () => {
  it('makes a cluster of a head and a worker', async () => {
    const template = { spec: { containers: [{ name: 'ray', image: 'busybox', command: ['sleep', '600'] }] } };
    await cluster.create({
      apiVersion: 'ray.io/v1',
      kind: 'RayCluster',
      metadata: { name: 'ray', namespace: NAMESPACE, annotations: { 'ray.io/overwrite-container-cmd': 'true' } },
      spec: {
        headGroupSpec: { rayStartParams: {}, template },
        workerGroupSpecs: [
          { groupName: 'w', replicas: 1, minReplicas: 1, maxReplicas: 1, rayStartParams: {}, template },
        ],
      },
    });
    const state = (object: KubeObject): string | undefined =>
      (object['status'] as { state?: string } | undefined)?.state;
    const ready = await until(
      cluster,
      { kind: 'ray.io/v1/RayCluster', name: 'ray', namespace: NAMESPACE },
      (object) => state(object) === 'ready',
    );
    expect(state(ready)).toBe('ready');
  });
});

describe('kwok', () => {
  it('plays a node and the pods on it', async () => {
    await cluster.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'fake-1', annotations: { 'kwok.x-k8s.io/node': 'fake' }, labels: { type: 'kwok' } },
      spec: { taints: [{ key: 'kwok.x-k8s.io/node', value: 'fake', effect: 'NoSchedule' }] },
      status: {
        allocatable: { cpu: '32', memory: '256Gi', pods: '110' },
        capacity: { cpu: '32', memory: '256Gi', pods: '110' },
      },
    });
    await cluster.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'played', namespace: NAMESPACE },
      spec: {
        nodeSelector: { type: 'kwok' },
        tolerations: [{ key: 'kwok.x-k8s.io/node', operator: 'Exists' }],
        containers: [{ name: 'played', image: 'nothing' }],
      },
    });
    const pod = await until(
      cluster,
      { kind: 'v1/Pod', name: 'played', namespace: NAMESPACE },
      (one) => phase(one) === 'Running',
    );
    expect((pod['spec'] as { nodeName: string }).nodeName).toBe('fake-1');
  });
});

describe('uninstallAddons', () => {
  it('takes an add-on out with all of its kinds and its namespace', async () => {
    const names = ['kueue', 'traefik', 'trainer', 'jobset', 'kuberay', 'kwok'];
    await uninstallAddons(lab, names, silent, AbortSignal.timeout(180_000));
    const namesOf = async (kind: KindName): Promise<string[]> =>
      (await cluster.list(kind).all()).map(({ metadata }) => metadata.name ?? '');
    const crds = await namesOf('apiextensions.k8s.io/v1/CustomResourceDefinition');
    expect(crds.filter((name) => !name.endsWith('monitoring.coreos.com'))).toEqual([]);
    const namespaces = await namesOf('v1/Namespace');
    expect(namespaces).toContain('monitoring');
    expect(namespaces.filter((name) => /kueue|traefik|kubeflow|jobset|kuberay/.test(name))).toEqual([]);
  });
});
