import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deploymentReady } from '../../../lab/addons/readiness.ts';
import { labDown, labUp, silent, snapshot } from '../../../lab/lab.ts';
import { type RunReport, verify } from '../../evidence/index.ts';
import { TABLES } from '../../inventory/tables.ts';
import { takeInventory } from '../../inventory/take-inventory.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { connect } from '../../kube/connect.ts';
import type { KubeObject } from '../../kube/object.ts';
import { newRunId } from '../../runner/run/open-folder.ts';
import { run } from '../../runner/run/run.ts';
import { cases } from './cases.ts';
import { grantEverything, lieAbout, rewriteRoutes } from './testing/defects.ts';

interface Container {
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
}

const NAME = 'test-ai-inference';
const folders = mkdtempSync(join(tmpdir(), 'ai-inference-'));
const over = new AbortController();
let cluster: Cluster;

beforeAll(async () => {
  await labDown(NAME, silent);
  const lab = await labUp({ name: NAME, nodes: [{}, {}], addons: ['traefik', 'envoy-gateway'] }, silent);
  cluster = await connect({ kubeconfig: lab.kubeconfig });
});
afterAll(async () => {
  over.abort();
  await cluster?.close();
  await labDown(NAME, silent);
  rmSync(folders, { recursive: true, force: true });
});

/** Runs the cases on these classes, in a lab where nothing else is looked at. */
async function tried(classes: readonly string[], only?: readonly string[]): Promise<RunReport> {
  const inventory = await takeInventory(cluster, TABLES);
  const gatewayClasses = inventory.gatewayClasses.filter(({ name }) => classes.includes(name));
  expect(gatewayClasses.map(({ name, accepted }) => [name, accepted])).toEqual(classes.map((name) => [name, true]));
  const facts = {
    kubernetes: inventory.kubernetes,
    checklist: '1.37',
    resources: await cluster.resources(),
    inventory: { ...inventory, gatewayClasses },
    options: { allowScale: false, allowInstall: false, allowDisrupt: false },
  } as const;
  const id = newRunId();
  const folder = join(folders, id);
  const report = await run({
    cluster,
    facts,
    cases,
    requirements: ['ai_inference'],
    ...(only === undefined ? {} : { only: new Set(only) }),
    version: 'test',
    probe: { image: 'busybox:1.37' },
    run: id,
    folder,
  });
  expect(report.leftovers).toEqual([]);
  expect(await verify(folder, cases, 'test')).toMatchObject({ discrepancies: [] });
  return report;
}

/** Case -> its outcome, and what was found with it where it does not pass. */
function results(report: RunReport): Record<string, string> {
  const told = report.cases.map(({ id, outcome, findings }) => {
    const found = findings.filter((finding) => finding.outcome === outcome && outcome !== 'pass');
    const words = found.map(({ claim, message }) => `${claim}: ${message}`);
    return [id.slice('ai_inference/'.length), [outcome, ...words].join(' | ')];
  });
  return Object.fromEntries(told) as Record<string, string>;
}

it('passes on two implementations that differ, and leaves nothing', async () => {
  const before = await snapshot(cluster);
  const report = await tried(['envoy-gateway', 'traefik']);
  expect(results(report)).toEqual({
    'api-is-served': 'pass',
    'class-is-accepted': 'pass',
    'weights-are-followed@envoy-gateway': 'pass',
    'weights-are-followed@traefik': 'pass',
    'headers-decide@envoy-gateway': 'pass',
    'headers-decide@traefik': 'pass',
    'nothing-unasked-is-served@envoy-gateway': 'pass',
    'nothing-unasked-is-served@traefik': 'pass',
  });
  expect(report.requirements).toMatchObject([{ id: 'ai_inference', verdict: { outcome: 'pass' } }]);
  // Envoy Gateway takes its proxies away after their Gateway is gone.
  await expect.poll(() => snapshot(cluster), { timeout: 60_000, interval: 1000 }).toEqual(before);
});

it('finds the port of an implementation that listens only at its own', async () => {
  // As Traefik's chart has it: inside at 8000, its Service at 80. A listener at 80 is then refused as PortUnavailable.
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'traefik', name: 'traefik' };
  const { spec } = (await cluster.get(ref)) as KubeObject & {
    spec: { template: { spec: { containers: Container[] } } };
  };
  const containers = spec.template.spec.containers.map((one) => ({
    ...one,
    args: one.args
      .filter((argument) => !/entrypoints\.web80/.test(argument))
      .map((argument) => argument.replace(/entrypoints\.web\.address=:80$/, 'entrypoints.web.address=:8000')),
    ports: one.ports
      .filter(({ name }) => !name.startsWith('web80'))
      .map((port) => (port.name === 'web' ? { ...port, containerPort: 8000 } : port)),
  }));
  expect(containers[0]?.args).toContain('--entrypoints.web.address=:8000');
  await cluster.patch(ref, { spec: { template: { spec: { containers } } } });
  // The one before is gone as well: it would still program a listener at 80.
  const others = async (): Promise<unknown> => [
    deploymentReady('traefik', 'traefik').missing(await cluster.get(ref)),
    (await cluster.list('v1/Pod', { namespace: 'traefik' }).all()).length,
  ];
  await expect.poll(others, { timeout: 120_000, interval: 500 }).toEqual([undefined, 1]);
  const report = await tried(['traefik'], ['ai_inference/headers-decide']);
  expect(results(report)).toMatchObject({ 'headers-decide@traefik': 'pass' });
});

it('fails for defects: rewritten weights and matches, grants for everything, a status without a proxy', {
  retry: 0,
}, async () => {
  // M2 and M3: whatever the weights, each backend gets a third.
  const third = [0, 1, 2].map(
    (n) => `JSONPatch{op: "replace", path: "/spec/rules/0/backendRefs/${n}/weight", value: 1}`,
  );
  await rewriteRoutes(cluster, 'split', `[${third.join(', ')}]`);
  // M4: the headers of the last rule are dropped.
  await rewriteRoutes(cluster, 'headers', '[JSONPatch{op: "remove", path: "/spec/rules/4/matches/0/headers"}]');
  // M7: whoever makes a namespace has given everything in it away.
  const granting = grantEverything(cluster, over.signal);
  // M5: all is said to be programmed, at the address of a Service without endpoints.
  const nobody = await cluster.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'nobody', namespace: 'default' },
    spec: { ports: [{ port: 80 }] },
  });
  const { clusterIP } = nobody['spec'] as { clusterIP: string };
  const lying = lieAbout(cluster, clusterIP, over.signal);
  await expect
    .poll(
      async () => (await takeInventory(cluster, TABLES)).gatewayClasses.find(({ name }) => name === 'liar')?.accepted,
    )
    .toBe(true);

  const report = await tried(['liar', 'traefik']);
  const failing = (why: string): unknown => expect.stringMatching(new RegExp(`^fail \\| .*${why}`, 's'));
  expect(results(report)).toMatchObject({
    'class-is-accepted': 'pass',
    'weights-are-followed@traefik': failing('a backend of weight 0 gets no request'),
    'headers-decide@traefik': failing('the path without its header does not match'),
    'nothing-unasked-is-served@traefik': failing('N3: nothing reaches another namespace'),
    'weights-are-followed@liar': failing('nobody listens there'),
  });
  expect(results(report)['weights-are-followed@traefik']).toContain('traffic is split 80/20/0');
  expect(report.requirements).toMatchObject([{ verdict: { outcome: 'fail' } }]);
  over.abort();
  await Promise.allSettled([granting, lying]);
});
