import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRun, readTimeline, timelineFile, verify } from '../../evidence/index.ts';
import { RunnerLab } from '../testing/runner-lab.ts';
import { suspendedJob } from '../testing/test-cases.ts';

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
});
