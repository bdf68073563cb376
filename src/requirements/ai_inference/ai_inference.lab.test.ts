import { afterAll, beforeAll, expect, it } from 'vitest';
import { deploymentReady } from '../../../lab/addons/readiness.ts';
import { snapshot } from '../../../lab/lab.ts';
import { LabRig } from '../../../test/lab-rig/lab-rig.ts';
import { provenRun } from '../../../test/lab-rig/proven-run.ts';
import { failing, told, withItsClaim } from '../../../test/lab-rig/told.ts';
import type { RunReport } from '../../evidence/index.ts';
import { TABLES } from '../../inventory/tables.ts';
import { takeInventory } from '../../inventory/take-inventory.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { KubeObject } from '../../kube/object.ts';
import { cases } from './cases.ts';
import { grantEverything, lieAbout, rewriteRoutes } from './testing/defects.ts';

interface Container {
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
}

const rig = new LabRig('test-ai-inference');
const over = new AbortController();
let cluster: Cluster;

beforeAll(async () => {
  cluster = await rig.up({ nodes: [{}, {}], addons: ['traefik', 'envoy-gateway'] });
});
afterAll(async () => {
  over.abort();
  await rig.down();
});

/** Runs the cases on these classes, in a lab where nothing else is looked at. */
const tried = (classes: readonly string[], only?: readonly string[]): Promise<RunReport> =>
  provenRun(rig, {
    requirement: 'ai_inference',
    cases,
    only,
    shown(whole) {
      const gatewayClasses = whole.gatewayClasses.filter(({ name }) => classes.includes(name));
      expect(gatewayClasses.map(({ name, accepted }) => [name, accepted])).toEqual(classes.map((name) => [name, true]));
      return { ...whole, gatewayClasses };
    },
  });

/** Case -> its outcome, and what was found with it where it does not pass. */
const results = (report: RunReport): Record<string, string> => told(report, { words: withItsClaim });

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
  const report = await tried(['traefik'], ['headers-decide']);
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
