import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passes } from '../../evidence/index.ts';
import { RunnerLab } from '../testing/runner-lab.ts';
import { configMap, job, suspendedJob, testCase } from '../testing/test-cases.ts';

let lab: RunnerLab;
let before: string[];
beforeAll(async () => {
  lab = await RunnerLab.start();
  before = await lab.everything();
});
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

describe('Ctrl-C', () => {
  it('tears down, judges what there is as interrupted, and ends with 130', async () => {
    const interrupt = new AbortController();
    const cases = [suspendedJob('one', 60_000), suspendedJob('two', 60_000)];
    const { report, events } = await lab.run(cases, {
      interrupt: interrupt.signal,
      observers: [(event) => void (event.event === 'mark' && setTimeout(() => interrupt.abort(), 500))],
    });
    expect(report).toMatchObject({ exitCode: 130, leftovers: [], run: { interrupted: true } });
    for (const one of report.cases) expect(one).toMatchObject({ outcome: 'inconclusive', class: 'interrupted' });
    expect(events.find((event) => event.event === 'interrupted')).toMatchObject({ how: 'tearing-down' });
    expect(await lab.everything()).toEqual(before);
  });

  it('before a case has begun leaves it out', async () => {
    const interrupt = new AbortController();
    const exclusive = (name: string) =>
      testCase(name, {
        plan: () => [{ params: {}, needs: { tokens: { gateway: 1 }, creates: ['v1/ConfigMap'] } }],
        act: async (bench) => {
          await bench.create(configMap('a'));
          interrupt.abort();
          await bench.create(configMap('b'));
        },
        judge: () => [passes('it works', 'it does', [1])],
      });
    const { report } = await lab.run([exclusive('one'), exclusive('two')], { interrupt: interrupt.signal });
    expect(report.cases.map((one) => [one.outcome, one.class])).toEqual([
      ['inconclusive', 'interrupted'],
      ['inconclusive', 'interrupted'],
    ]);
    expect(await lab.everything()).toEqual(before);
  });

  it('twice stops at once and names what stays; cleaning up by labels removes it', async () => {
    const interrupt = new AbortController();
    const abandon = new AbortController();
    const held = testCase('held', {
      act: async (bench) => {
        const object = configMap('held');
        await bench.create({ ...object, metadata: { ...object.metadata, finalizers: ['plimsoll.test/hold'] } });
        await bench.create(job(bench, 'job', true));
        interrupt.abort();
        await new Promise(() => {});
      },
    });
    const began = Date.now();
    const { report, run } = await lab.run([held], {
      interrupt: interrupt.signal,
      abandon: abandon.signal,
      observers: [
        (event) =>
          void (event.event === 'stage' && event.stage === 'tear-down' && setTimeout(() => abandon.abort(), 300)),
      ],
    });
    expect(Date.now() - began).toBeLessThan(15_000);
    expect(report.exitCode).toBe(130);
    expect(report.leftovers.map(({ ref, why }) => [ref.kind, why])).toEqual(
      expect.arrayContaining([
        ['ConfigMap', 'the run was told to stop at once'],
        ['Namespace', 'the run was told to stop at once'],
      ]),
    );
    const ns = report.leftovers.find(({ ref }) => ref.kind === 'Namespace')?.ref.name ?? '';
    await lab.cluster.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'held', namespace: ns },
      { metadata: { finalizers: null } },
    );
    expect(await lab.cleanByLabel(run)).toEqual([]);
    expect(await lab.everything()).toEqual(before);
  });
});
