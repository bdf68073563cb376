import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESOURCE_NAME } from '../../../lab/accelerators/accelerator.ts';
import { nodePool, type PoolRequest } from '../../../lab/addons/karpenter/node-pools.ts';
import { addNode, removeNode } from '../../../lab/lab.ts';
import { LabRig } from '../../../test/lab-rig/lab-rig.ts';
import { provenRun } from '../../../test/lab-rig/proven-run.ts';
import type { AutoscalingOptions } from '../../case-kit/facts.ts';
import type { RunReport } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { cases } from './cases.ts';

const rig = new LabRig('test-autoscaling');
const LABEL = 'karpenter.sh/nodepool';

/** Pools of the lab with one real defect each, beside those of the add-on, which have none. */
const DEFECTIVE: readonly PoolRequest[] = [
  { name: 'for-ever', types: ['accelerator-1'], emptyFor: 'Never' },
  { name: 'hollow', types: ['hollow-1'] },
  { name: 'clinging', types: ['clinging-1'] },
  { name: 'ageing', types: ['accelerator-1'], expireAfter: '40s' },
  { name: 'sabotaged', types: ['accelerator-1'] },
  { name: 'sold-out', types: ['sold-out-1'] },
  { name: 'full', types: ['accelerator-1'], most: 0 },
];

let cluster: Cluster;
/** What is tried side by side: each test waits for its own. Three queues, so that two cores suffice. */
let runs: Record<string, Promise<RunReport>>;

beforeAll(async () => {
  cluster = await rig.up({ nodes: [{}], addons: ['karpenter'] });
  for (const pool of DEFECTIVE) await cluster.create(nodePool({ resource: RESOURCE_NAME, ...pool }));
  const good = tried({ pools: [pool('accelerators'), pool('dra-accelerators')] });
  const hollow = tried({ pools: [pool('hollow')], upWithin: 45_000 });
  const sabotaged = hollow.then(() => sabotage(() => tried({ pools: [pool('sabotaged')] })));
  const soldOut = sabotaged.then(() => tried({ pools: [pool('sold-out')], upWithin: 20_000 }));
  const ageing = tried({ pools: [pool('ageing')] });
  const forEver = ageing.then(() => tried({ pools: [pool('for-ever')], downWithin: 45_000 }));
  const clinging = ageing.then(() => tried({ pools: [pool('clinging')], downWithin: 45_000 }));
  runs = { good, hollow, sabotaged, soldOut, ageing, forEver, clinging };
  for (const one of Object.values(runs)) one.catch(() => {});
});

afterAll(() => rig.down());

function pool(value: string): AutoscalingOptions['pools'][number] {
  return { key: LABEL, value };
}

const tried = (autoscaling: Partial<AutoscalingOptions>, allowScale = true): Promise<RunReport> =>
  provenRun(rig, {
    requirement: 'cluster_autoscaling',
    cases,
    options: { allowScale, autoscaling: { none: false, pools: [], ...autoscaling } },
  });

/** Somebody who adds a real node to the pool whenever a pod waits that asks for more than any node has. */
async function sabotage<T>(meanwhile: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const names: string[] = [];
  const adding = (async () => {
    const watch = cluster.watch('v1/Pod', { signal: stop.signal });
    try {
      for await (const event of watch) {
        if (event.type !== 'ADDED' || event.object.metadata.name !== 'impossible' || names.length > 0) continue;
        const selector = (event.object['spec'] as { nodeSelector?: Record<string, string> }).nodeSelector;
        if (selector?.[LABEL] !== 'sabotaged') continue;
        const node = await addNode(rig.name, { accelerators: 1, labels: { [LABEL]: 'sabotaged' } });
        names.push(node.name);
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  })();
  try {
    return await meanwhile();
  } finally {
    stop.abort();
    await adding;
    for (const name of names) await removeNode(rig.name, name);
  }
}

/** Outcome of each case that was judged, by its short name; and the messages of those that did not pass. */
function said(report: RunReport): { outcomes: Record<string, string>; messages: string } {
  const outcomes = report.cases.map((one) => [one.id.replace('cluster_autoscaling/', '').split('@')[0], one.outcome]);
  const messages = report.cases.flatMap(({ findings, because }) => [
    because,
    ...findings.filter(({ outcome }) => outcome === 'fail' || outcome === 'inconclusive').map(({ message }) => message),
  ]);
  return { outcomes: Object.fromEntries(outcomes) as Record<string, string>, messages: messages.join('\n') };
}

describe('pools that do what they should', () => {
  it('pass both ways of handing accelerators out, and are as they were', async () => {
    const began = performance.now();
    const report = await (runs['good'] ?? Promise.reject(new Error('not begun')));
    expect(report.cases.map(({ id, outcome, because }) => [id.split('/')[1], outcome, because])).toEqual(
      report.cases.map(({ id }) => [id.split('/')[1], 'pass', expect.any(String)]),
    );
    expect(report.cases).toHaveLength(8);
    expect(report.requirements).toMatchObject([{ id: 'cluster_autoscaling', verdict: { outcome: 'pass' } }]);
    expect(report.run.simulated).toBe(true);
    const found = report.cases.flatMap(({ findings }) => findings.map(({ message }) => message)).join('\n');
    expect(found).toMatch(/on accelerators-\w+: \/dev\/plimsoll\/accelerator0/);
    expect(found).toMatch(/on dra-accelerators-\w+: \/dev\/plimsoll\/accelerator0/);
    console.log(`waited ${((performance.now() - began) / 1000).toFixed(0)} s; ${JSON.stringify(report.cases[0]?.ms)}`);
  });
});

describe('pools with a defect fail the case that looks at it', () => {
  it.each([
    ['M1 never shrinks', 'forEver', 'shrinks-again', 'did not shrink'],
    ['M2 nodes without accelerators', 'hollow', 'grows-for-a-pending-pod', `without ${RESOURCE_NAME}`],
    ['M7 a node goes under its pod', 'ageing', 'keeps-what-is-used', 'taken away under a running pod'],
    ['M8 a node is cordoned and never goes', 'clinging', 'shrinks-again', 'it is still there, told to go'],
    ['M10 somebody adds nodes whatever waits', 'sabotaged', 'grows-for-nothing-else', 'no node could take'],
  ])('%s', async (_name, which, failing, why) => {
    const { outcomes, messages } = said(await (runs[which] ?? Promise.reject(new Error('not begun'))));
    expect(outcomes, messages).toMatchObject({ [failing]: 'fail' });
    expect(messages).toContain(why);
    for (const [name, outcome] of Object.entries(outcomes))
      if (name !== failing) expect(['pass', 'inconclusive'], `${name}\n${messages}`).toContain(outcome);
  });
});

describe('what cannot be shown is inconclusive', () => {
  it('no machine to be had: in the words of the provider', async () => {
    const report = await (runs['soldOut'] ?? Promise.reject(new Error('not begun')));
    expect(report.requirements).toMatchObject([{ verdict: { outcome: 'inconclusive', class: 'environment' } }]);
    expect(said(report).messages).toContain('sold-out');
  });

  it('a pool that cannot grow: capacity', async () => {
    const report = await tried({ pools: [pool('full')] });
    expect(report.requirements).toMatchObject([{ verdict: { outcome: 'inconclusive', class: 'capacity' } }]);
    expect(said(report).messages).toContain(`its limit of 0 ${RESOURCE_NAME} is reached`);
  });

  it('without --allow-scale: not enabled, and what it would cost', async () => {
    const report = await tried({}, false);
    expect(report.requirements).toMatchObject([{ verdict: { outcome: 'inconclusive', class: 'not-enabled' } }]);
    expect(said(report).messages).toContain('grow by one node');
  });

  it('a statement against what is there', async () => {
    const report = await tried({ none: true });
    expect(report.requirements).toMatchObject([{ verdict: { outcome: 'inconclusive', class: 'environment' } }]);
    expect(said(report).messages).toContain('Karpenter NodePool accelerators');
  });
});
