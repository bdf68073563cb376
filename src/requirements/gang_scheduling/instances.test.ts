import { describe, expect, it } from 'vitest';
import type { Facts, Instance } from '../../case-kit/index.ts';
import { allOrNothing } from './all-or-nothing.ts';
import type { GangParams } from './instances.ts';
import { twoGangs } from './two-gangs.ts';
import { withinQuota } from './within-quota.ts';

/** A cluster that serves these kinds, with nodes of two free cores each, the first of them with two accelerators. */
function facts(served: readonly string[], nodes: readonly string[], solutions: readonly string[] = []): Facts {
  return {
    resources: { find: (kind: unknown) => (served.includes(String(kind)) ? {} : undefined) },
    inventory: {
      nodes: nodes.map((name) => ({
        name,
        candidate: true,
        labels: {},
        tolerations: [],
        free: { cpu: 2, memory: 8e9, pods: 100 },
      })),
      accelerators: nodes
        .slice(0, 1)
        .map((node) => ({ node, mode: 'device-plugin', name: 'x/y', free: 2, usable: 2, devices: [] })),
      solutions: solutions.map((title) => ({ id: title.toLowerCase(), title, role: 'gang' })),
    },
  } as unknown as Facts;
}

const KUEUE = ['kueue.x-k8s.io/v1beta1/ClusterQueue', 'kueue.x-k8s.io/v1beta2/ClusterQueue'];
const NATIVE = ['scheduling.k8s.io/v1beta1/PodGroup'];

function tokensOf(planned: ReturnType<typeof allOrNothing.plan>): (string | undefined)[] {
  if ('outcome' in planned) return [];
  return planned.map((one) => Object.keys((one as Instance<GangParams>).needs.tokens ?? {}).join(' '));
}

describe('the plan', () => {
  it.each([allOrNothing, withinQuota, twoGangs])('of $id is not-found without a solution, never a pass', (one) => {
    expect(one.plan(facts([], ['a']))).toMatchObject({ outcome: 'inconclusive', class: 'not-found' });
    const message = expect.stringContaining('Volcano was found, which cannot be driven yet') as string;
    expect(one.plan(facts([], ['a'], ['Volcano']))).toMatchObject({ outcome: 'inconclusive', message });
  });

  it('takes the newest version that is served, and topologies only of that version', () => {
    const [planned] = allOrNothing.plan(facts(KUEUE, ['a'])) as Instance<GangParams>[];
    expect(planned).toMatchObject({ alternative: 'kueue', params: { solution: { api: 'kueue.x-k8s.io/v1beta2' } } });
    expect(planned?.params.solution.topology).toBeUndefined();
    const [old] = allOrNothing.plan(
      facts([KUEUE[0] ?? '', 'kueue.x-k8s.io/v1beta1/Topology'], ['a']),
    ) as Instance<GangParams>[];
    expect(old?.params.solution).toEqual({ id: 'kueue', api: 'kueue.x-k8s.io/v1beta1', topology: true });
    expect(old?.needs.creates).toContain('kueue.x-k8s.io/v1beta1/Topology');
  });

  it('gives each solution and case slots of its own as far as they go', () => {
    const both = facts([...KUEUE, ...NATIVE], ['a', 'b']);
    expect(tokensOf(allOrNothing.plan(both))).toEqual(['slots/a/cpu', 'slots/b/cpu']);
    expect(tokensOf(twoGangs.plan(both))).toEqual(['slots/a/memory', 'slots/b/memory']);
    const [first] = allOrNothing.plan(both) as Instance<GangParams>[];
    expect(first?.params.slots).toMatchObject({ count: 2, amount: '800m' });
    const one = facts(KUEUE, ['a', 'b']);
    expect(tokensOf(allOrNothing.plan(one))).toEqual(['slots/a/cpu slots/a/memory']);
    expect(tokensOf(twoGangs.plan(one))).toEqual(['slots/b/cpu']);
    const small = facts([...KUEUE, ...NATIVE], ['a']);
    expect(tokensOf(allOrNothing.plan(small))).toEqual(['slots/a/cpu', 'slots/a/memory']);
    expect(tokensOf(twoGangs.plan(small))).toEqual(['accelerators/a', 'accelerators/a']);
  });

  it('says that a solution without quotas has none', () => {
    expect(withinQuota.plan(facts(NATIVE, ['a']))).toMatchObject([
      { alternative: 'native', notRun: { outcome: 'not-applicable' } },
    ]);
  });

  it('is a matter of capacity without a node to try on', () => {
    expect(allOrNothing.plan(facts(KUEUE, []))).toMatchObject({ outcome: 'inconclusive', class: 'capacity' });
  });
});
