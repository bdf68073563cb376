import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labDown, labUp, silent, snapshot } from '../../../lab/lab.ts';
import { type RunReport, verify } from '../../evidence/index.ts';
import { TABLES } from '../../inventory/tables.ts';
import { takeInventory } from '../../inventory/take-inventory.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { connect } from '../../kube/connect.ts';
import { newRunId } from '../../runner/run/open-folder.ts';
import { run } from '../../runner/run/run.ts';
import { cases } from './cases.ts';

const NAME = 'test-secure';
const RESOURCE = 'lab.plimsoll.dev/accelerator';
const LEAKY = `node-1.${RESOURCE.replace('/', '_')}`;
const SOUND = 'node-2.accelerator.lab.plimsoll.dev';
const folders = mkdtempSync(join(tmpdir(), 'secure-'));
let cluster: Cluster;

/** One node whose runtime puts the accelerators into every container, one that is sound. */
beforeAll(async () => {
  await labDown(NAME, silent);
  const nodes = [
    { accelerators: 2, defect: 'devices-in-every-container' },
    { accelerators: 2, mode: 'dra' },
  ] as const;
  const lab = await labUp({ name: NAME, nodes, addons: [] }, silent);
  cluster = await connect({ kubeconfig: lab.kubeconfig });
});
afterAll(async () => {
  await cluster?.close();
  await labDown(NAME, silent);
  rmSync(folders, { recursive: true, force: true });
});

async function tried(...only: string[]): Promise<RunReport> {
  const inventory = await takeInventory(cluster, TABLES);
  const options = { allowScale: false, allowInstall: false, allowDisrupt: false };
  const { kubernetes } = inventory;
  const facts = { kubernetes, checklist: '1.37', resources: await cluster.resources(), inventory, options } as const;
  const id = newRunId();
  const folder = join(folders, id);
  const report = await run({
    cluster,
    facts,
    cases,
    requirements: ['secure_accelerator_access'],
    only: new Set(only.map((name) => `secure_accelerator_access/${name}`)),
    version: 'test',
    probe: { image: 'busybox:1.37' },
    run: id,
    folder,
  });
  expect(report.leftovers).toEqual([]);
  expect(await verify(folder, cases, 'test')).toMatchObject({ discrepancies: [] });
  return report;
}

/** `case@variant` -> outcome and everything that was found with that outcome. */
function results(report: RunReport): Record<string, string> {
  const told = report.cases.map(({ id, outcome, findings }) => {
    const found = findings.filter((finding) => finding.outcome === outcome && outcome !== 'pass');
    return [
      id.slice('secure_accelerator_access/'.length),
      [outcome, ...found.map(({ message }) => message)].join(' | '),
    ];
  });
  return Object.fromEntries(told) as Record<string, string>;
}
const starting = (words: string): unknown => expect.stringMatching(new RegExp(`^${words}`, 's'));

it('passes on a node that isolates, and fails on one that does not, in every case about it', async () => {
  const before = await snapshot(cluster);
  const names = ['only-what-was-granted', 'no-request-no-access', 'no-way-round-by-environment'];
  const more = ['other-containers-of-the-pod', 'between-two-pods'];
  const report = await tried(...names, ...more, 'admin-access-needs-a-label');
  expect(results(report)).toMatchObject({
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
  expect(results(report)).toMatchObject({
    [`no-more-than-there-are@${SOUND}`]: starting('fail .*an accelerator that is held was given out again'),
    [`no-more-than-there-are@${LEAKY}`]: starting(
      "inconclusive .*one-more was placed, and there was room for it: others left 2 of the node's accelerators",
    ),
  });
});

it('fails when administrative access is given in every namespace (M10)', async () => {
  const version = (await cluster.resources()).preferred('admissionregistration.k8s.io', 'MutatingAdmissionPolicy');
  expect(version).toBeDefined();
  const apiVersion = version?.apiVersion ?? '';
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
  expect(results(await tried('admin-access-needs-a-label'))).toMatchObject({
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
