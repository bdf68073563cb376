import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addAddons, addNode, addonsOf, labDown, labUp, removeAddons, silent, snapshot } from '../lab/lab.ts';
import { labDirectory } from '../lab/state/lab-directory.ts';
import type { RunReport } from '../src/evidence/index.ts';
import type { Cluster } from '../src/kube/cluster.ts';
import { connect } from '../src/kube/connect.ts';
import { ROOT } from './run-cli.ts';

/**
 * A conformant lab that is set up as careful platforms are: accelerator nodes tainted, Pod Security `restricted` by default, a cluster
 * domain of its own. What a requirement comes to must not depend on any of it.
 */
const NAME = 'test-variant';
const TAINT = { key: 'example.com/accelerator', value: 'present', effect: 'NoSchedule' } as const;
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-variant-'));
const signal = new AbortController().signal;
let cluster: Cluster;

beforeAll(async () => {
  await labDown(NAME, silent);
  const lab = await labUp(
    {
      name: NAME,
      nodes: [
        { accelerators: 2, mode: 'device-plugin' },
        { accelerators: 2, mode: 'dra' },
      ],
      addons: ['kueue'],
      podSecurity: 'restricted',
      acceleratorTaints: [TAINT],
      dnsDomain: 'lab.internal',
    },
    silent,
  );
  cluster = await connect({ kubeconfig: lab.kubeconfig });
});
afterAll(async () => {
  await cluster?.close();
  await labDown(NAME, silent);
  rmSync(folder, { recursive: true, force: true });
});

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
  const args = ['run', '--only', requirements.join(','), '--out', join(folder, 'run')];
  const child = spawn(join(ROOT, 'plimsoll'), [...args, '--kubeconfig', labDirectory(NAME).kubeconfig], {
    stdio: 'ignore',
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
  const report = JSON.parse(readFileSync(join(folder, 'run', 'report.json'), 'utf8')) as RunReport;
  const notPassed = report.cases.filter((one) => one.outcome !== 'pass').map(({ id, outcome }) => [id, outcome]);
  expect(notPassed).toEqual([['gang_scheduling/within-quota@native', 'not-applicable']]);
  expect(new Set(report.cases.map(({ requirement }) => requirement))).toEqual(new Set(requirements));
  expect(await snapshot(cluster)).toEqual(before);
});

it('what comes later follows: a node is tainted, an add-on runs, and is gone when it is removed', async () => {
  const before = await snapshot(cluster);
  const node = await addNode(NAME, { accelerators: 1 });
  const { spec } = await cluster.get({ apiVersion: 'v1', kind: 'Node', name: node.name });
  expect((spec as { taints?: unknown[] }).taints).toContainEqual(TAINT);

  await addAddons(NAME, ['trainer'], silent, signal);
  expect(addonsOf(NAME)).toEqual(['jobset', 'kueue', 'trainer']);
  await expect(removeAddons(NAME, ['jobset'], silent, signal)).rejects.toMatchObject({ code: 'addon-needed' });
  await expect(removeAddons(NAME, ['kuberay'], silent, signal)).rejects.toMatchObject({ code: 'addon-missing' });
  await expect(addAddons(NAME, ['karpenter'], silent, signal)).rejects.toMatchObject({ code: 'addon-from-the-start' });
  await removeAddons(NAME, ['trainer', 'jobset'], silent, signal);
  expect(addonsOf(NAME)).toEqual(['kueue']);
  const added = (await snapshot(cluster)).filter((line) => !before.includes(line));
  expect(added.filter((line) => /trainer|jobset/.test(line))).toEqual([]);
});
