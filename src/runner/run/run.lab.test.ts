import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectNever } from '../../case-kit/index.ts';
import { inRun, readTimeline, timelineFile, verify } from '../../evidence/index.ts';
import { RunnerLab } from '../testing/runner-lab.ts';
import { configMap, exists, suspendedJob, testCase } from '../testing/test-cases.ts';

let lab: RunnerLab;
beforeAll(async () => {
  lab = await RunnerLab.start();
});
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

describe('a run', () => {
  it('goes from a plan to a sealed folder that verifies, and leaves nothing', async () => {
    const before = await lab.everything();
    const cases = [suspendedJob('one', 2000), suspendedJob('two', 2000)];
    const { report, folder, events } = await lab.run(cases);
    expect(report.cases.map(({ id, outcome, because }) => [id, outcome, because])).toEqual([
      ['gang_scheduling/one', 'pass', expect.any(String)],
      ['gang_scheduling/two', 'pass', expect.any(String)],
    ]);
    expect(report).toMatchObject({
      exitCode: 0,
      leftovers: [],
      requirements: [{ id: 'gang_scheduling', verdict: { outcome: 'pass' } }],
    });
    expect(await lab.everything()).toEqual(before);
    expect(await verify(folder, cases, 'test')).toMatchObject({ discrepancies: [], remarks: [], cases: 2 });
    expect(events.map((event) => event.event)).toEqual(
      expect.arrayContaining(['run-started', 'waiting', 'mark', 'case-ended', 'verdict', 'run-ended']),
    );
    expect(readFileSync(inRun(folder, 'events.jsonl'), 'utf8').trim().split('\n')).toHaveLength(events.length);
    const timeline = readTimeline(inRun(folder, timelineFile('gang_scheduling/one')));
    expect(timeline.end).toMatchObject({ how: 'completed' });
  });

  it('lets an act end its namespace and go on watching what is not its own', async () => {
    const before = await lab.everything();
    const watching = testCase('watching', {
      plan: () => [{ params: {}, needs: { creates: ['v1/ConfigMap'], reads: ['v1/Namespace'] } }],
      async act(bench) {
        await bench.create(configMap('held'), { group: 'held' });
        const namespace = { of: 'v1/Namespace', name: bench.namespace };
        await bench.observe({ of: 'v1/Namespace' });
        await bench.endNamespaces();
        await bench.untilGone(namespace, { within: '30s' });
        bench.mark('gone');
        await bench.quiet({ of: 'v1/Namespace' }, { during: 1500 });
        bench.mark('watched');
      },
      judge: (timeline) => [
        expectNever(timeline.objects({ of: 'v1/ConfigMap' }), exists, timeline.between('gone', 'watched'), {
          claim: 'nothing of it is left',
          otherwise: 'something of it was left',
          lasting: 1500,
        }),
      ],
    });
    const { report } = await lab.run([watching]);
    expect(report.cases.map(({ outcome, because }) => [outcome, because])).toEqual([['pass', expect.any(String)]]);
    expect(report.leftovers).toEqual([]);
    // What was gone before the act ended is not waited for.
    expect(report.cases[0]?.ms?.tearDown).toBeLessThan(3000);
    expect(await lab.everything()).toEqual(before);
  });
});
