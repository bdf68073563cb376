import { afterAll, beforeAll, expect, it } from 'vitest';
import { snapshot } from '../../../lab/lab.ts';
import { LabRig } from '../../../test/lab-rig/lab-rig.ts';
import { provenRun } from '../../../test/lab-rig/proven-run.ts';
import { starting, told } from '../../../test/lab-rig/told.ts';
import type { RunReport } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { cases } from './cases.ts';

const rig = new LabRig('test-secure');
const RESOURCE = 'lab.plimsoll.dev/accelerator';
const LEAKY = `node-1.${RESOURCE.replace('/', '_')}`;
const SOUND = 'node-2.accelerator.lab.plimsoll.dev';
let cluster: Cluster;

/** One node whose runtime puts the accelerators into every container, one that is sound. */
beforeAll(async () => {
  const nodes = [
    { accelerators: 2, defect: 'devices-in-every-container' },
    { accelerators: 2, mode: 'dra' },
  ] as const;
  cluster = await rig.up({ nodes, addons: [] });
});
afterAll(() => rig.down());

const tried = (...only: string[]): Promise<RunReport> =>
  provenRun(rig, { requirement: 'secure_accelerator_access', cases, only });

it('passes on a node that isolates, and fails on one that does not, in every case about it', async () => {
  const before = await snapshot(cluster);
  const names = ['only-what-was-granted', 'no-request-no-access', 'no-way-round-by-environment'];
  const more = ['other-containers-of-the-pod', 'between-two-pods'];
  const report = await tried(...names, ...more, 'admin-access-needs-a-label');
  expect(told(report)).toMatchObject({
    ...Object.fromEntries([...names, ...more].map((name) => [`${name}@${SOUND}`, 'pass'])),
    [`only-what-was-granted@${LEAKY}`]: starting('fail .*asked for 1 and sees 2'),
    [`no-request-no-access@${LEAKY}`]: starting('fail .*outsider/probe was granted none of them and sees'),
    [`no-way-round-by-environment@${LEAKY}`]: starting('fail .*by-variable/probe was granted none'),
    [`other-containers-of-the-pod@${LEAKY}`]: starting('fail .*shared/beside was granted none.*shared/before'),
    [`between-two-pods@${LEAKY}`]: starting('fail .*'),
    [`admin-access-needs-a-label@${SOUND}`]: 'pass',
  });
  // One act for a node: the cases name each other, and each has a timeline of its own.
  const one = report.cases.find(({ id }) => id.endsWith(`no-request-no-access@${SOUND}`));
  expect(one?.actedWith).toHaveLength(4);
  expect(await snapshot(cluster)).toEqual(before);
});

it('fails when a pod is placed by force although everything is held; not when somebody else gave one back', async () => {
  // Somebody else holds one accelerator of node-1, and gives it back while one more pod waits for one.
  await cluster.create(theirs());
  await expect
    .poll(async () => (await cluster.get(theirsRef))['spec'], { timeout: 30_000 })
    .toMatchObject({
      nodeName: 'node-1',
    });
  const stop = new AbortController();
  const sabotage = whenOneMoreWaits(stop.signal, async (node, namespace) => {
    if (node === 'node-1') return cluster.remove(theirsRef, { gracePeriodSeconds: 1 }).then(() => {});
    // M6: a binding past the scheduler.
    const target = { apiVersion: 'v1', kind: 'Node', name: node };
    const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'one-more' }, target };
    await cluster.request({ method: 'POST', path: `/api/v1/namespaces/${namespace}/pods/one-more/binding`, body });
  });
  const report = await tried('no-more-than-there-are');
  stop.abort();
  await sabotage;
  expect(told(report)).toMatchObject({
    [`no-more-than-there-are@${SOUND}`]: starting('fail .*an accelerator that is held was given out again'),
    [`no-more-than-there-are@${LEAKY}`]: starting(
      "inconclusive .*one-more was placed, and there was room for it: others left 2 of the node's accelerators",
    ),
  });
});

it('fails when administrative access is given in every namespace (M10)', async () => {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const metadata = { name: 'admin-everywhere' };
  await cluster.create({
    apiVersion,
    kind: 'MutatingAdmissionPolicy',
    metadata,
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['namespaces'] }],
      },
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: {
            expression:
              '[JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("resource.kubernetes.io/admin-access"), value: "true"}]',
          },
        },
      ],
    },
  });
  await cluster.create({
    apiVersion,
    kind: 'MutatingAdmissionPolicyBinding',
    metadata,
    spec: { policyName: metadata.name },
  });
  const labelled = async (): Promise<unknown> => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'asked', labels: { a: 'b' } } };
    const answer = await cluster.request({
      method: 'POST',
      path: '/api/v1/namespaces',
      query: { dryRun: 'All' },
      body: namespace,
    });
    return answer.body;
  };
  await expect
    .poll(labelled, { timeout: 30_000 })
    .toMatchObject({ metadata: { labels: { 'resource.kubernetes.io/admin-access': 'true' } } });
  expect(told(await tried('admin-access-needs-a-label'))).toMatchObject({
    [`admin-access-needs-a-label@${SOUND}`]: starting('fail .*administrative access was given'),
  });
});

const theirsRef = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'theirs' };

/** A pod of somebody else that holds one accelerator of node-1. */
function theirs() {
  const container = {
    name: 'hold',
    image: 'busybox:1.37',
    command: ['sleep', '3600'],
    resources: { limits: { [RESOURCE]: '1' } },
  };
  const { namespace, name } = theirsRef;
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name }, spec: { containers: [container] } };
}

/** Does something once in each namespace in which a pod `one-more` has been refused by the scheduler. */
async function whenOneMoreWaits(
  signal: AbortSignal,
  then: (node: string, namespace: string) => Promise<void>,
): Promise<void> {
  const done = new Set<string>();
  const watch = cluster.watch('v1/Pod', { signal });
  try {
    for await (const event of watch) {
      if (event.type === 'SYNCED' || event.type === 'GAP') continue;
      const { metadata } = event.object;
      const said = JSON.stringify(event.object['status'] ?? {});
      const { namespace = '', name } = metadata;
      if (name !== 'one-more' || done.has(namespace) || !said.includes('Unschedulable')) continue;
      done.add(namespace);
      const node = /"values":\["(node-\d+)"\]/.exec(JSON.stringify(event.object['spec']))?.[1] ?? '';
      await then(node, namespace);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    watch.close();
  }
}
