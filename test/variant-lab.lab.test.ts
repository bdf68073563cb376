import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addAddons, addNode, addonsOf, removeAddons, silent, snapshot } from '../lab/lab.ts';
import type { Cluster } from '../src/kube/cluster.ts';
import { LabRig } from './lab-rig/lab-rig.ts';
import { ROOT, reportIn } from './run-cli.ts';

/**
 * A conformant lab that is set up as careful platforms are: accelerator nodes tainted, Pod Security `restricted` by default, a cluster
 * domain of its own. What a requirement comes to must not depend on any of it.
 */
const rig = new LabRig('test-variant');
const TAINT = { key: 'example.com/accelerator', value: 'present', effect: 'NoSchedule' } as const;
const signal = new AbortController().signal;
let cluster: Cluster;

beforeAll(async () => {
  cluster = await rig.up({
    nodes: [
      { accelerators: 2, mode: 'device-plugin' },
      { accelerators: 2, mode: 'dra' },
    ],
    addons: ['kueue'],
    podSecurity: 'restricted',
    acceleratorTaints: [TAINT],
    dnsDomain: 'lab.internal',
  });
});
afterAll(() => rig.down());

it('is what was asked for: taints on the nodes, a pod that is not restricted refused in a namespace without a label', async () => {
  const nodes = await cluster.list('v1/Node').all();
  expect(nodes.map(({ spec }) => (spec as { taints?: unknown[] }).taints)).toEqual([[TAINT], [TAINT]]);
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'root', namespace: 'default' } };
  const spec = { containers: [{ name: 'root', image: 'busybox:1.37', securityContext: { privileged: true } }] };
  await expect(cluster.create({ ...pod, spec }, { dryRun: true })).rejects.toThrow(/violates PodSecurity "restricted/);
});

it('the requirements of the first line come to the same as in any conformant lab', async () => {
  const requirements = ['dra_support', 'gang_scheduling', 'secure_accelerator_access'];
  const before = await snapshot(cluster);
  const args = ['run', '--only', requirements.join(','), '--out', join(rig.folder, 'run')];
  const child = spawn(join(ROOT, 'plimsoll'), [...args, '--kubeconfig', rig.kubeconfig], {
    stdio: 'ignore',
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
  const report = reportIn(join(rig.folder, 'run'));
  const notPassed = report.cases.filter((one) => one.outcome !== 'pass').map(({ id, outcome }) => [id, outcome]);
  expect(notPassed).toEqual([['gang_scheduling/within-quota@native', 'not-applicable']]);
  expect(new Set(report.cases.map(({ requirement }) => requirement))).toEqual(new Set(requirements));
  expect(await snapshot(cluster)).toEqual(before);
});

it('what comes later follows: a node is tainted, an add-on runs, and is gone when it is removed', async () => {
  const before = await snapshot(cluster);
  const node = await addNode(rig.name, { accelerators: 1 });
  const { spec } = await cluster.get({ apiVersion: 'v1', kind: 'Node', name: node.name });
  expect((spec as { taints?: unknown[] }).taints).toContainEqual(TAINT);

  await addAddons(rig.name, ['trainer'], silent, signal);
  expect(addonsOf(rig.name)).toEqual(['jobset', 'kueue', 'trainer']);
  await expect(removeAddons(rig.name, ['jobset'], silent, signal)).rejects.toMatchObject({ code: 'addon-needed' });
  await expect(removeAddons(rig.name, ['kuberay'], silent, signal)).rejects.toMatchObject({ code: 'addon-missing' });
  await expect(addAddons(rig.name, ['karpenter'], silent, signal)).rejects.toMatchObject({
    code: 'addon-from-the-start',
  });
  await removeAddons(rig.name, ['trainer', 'jobset'], silent, signal);
  expect(addonsOf(rig.name)).toEqual(['kueue']);
  const added = (await snapshot(cluster)).filter((line) => !before.includes(line));
  expect(added.filter((line) => /trainer|jobset/.test(line))).toEqual([]);
});
