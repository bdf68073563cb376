import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectEventually, inconclusive } from '../../case-kit/index.ts';
import { inRun, passes, readTimeline, timelineFile, verify } from '../../evidence/index.ts';
import { RunnerLab } from '../testing/runner-lab.ts';
import { configMap, job, some, suspendedJob, testCase } from '../testing/test-cases.ts';

let lab: RunnerLab;
let before: string[];
beforeAll(async () => {
  lab = await RunnerLab.start(['--etcd-compaction-interval=2s']);
  before = await lab.everything();
});
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

/** A judge that would pass whatever happened. */
const credulous = () => [passes('everything is fine', 'it always is', [1])];

describe('an act that does not come to its end', () => {
  it('never passes, says why, and is torn down all the same', async () => {
    const cases = [
      testCase('bug', {
        act: async (bench) => {
          await bench.create(configMap('a'));
          throw new TypeError('undefined is not a function');
        },
        judge: credulous,
      }),
      testCase('says-so', {
        act: async () => {
          throw inconclusive('capacity', 'only one device is free', 'Free another one.');
        },
        judge: credulous,
      }),
      testCase('undeclared', {
        act: async (bench) => {
          await bench.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' } });
        },
        judge: credulous,
      }),
      testCase('wait', {
        act: async (bench) => {
          const held = await bench.create(job(bench, 'held', true));
          await bench.until(held.pods, some, { within: '1s' });
        },
        judge: credulous,
      }),
      testCase('budget', {
        budget: { act: '1s' },
        act: async (bench) => {
          await bench.create(configMap('a'));
          // An act that does not heed the signal.
          await new Promise(() => {});
        },
        judge: credulous,
      }),
      testCase('refused', {
        // Pod security `restricted` wants a securityContext.
        plan: () => [{ params: {}, needs: { creates: ['v1/Pod'] } }],
        act: async (bench) => {
          const spec = { containers: [{ name: 'c', image: 'x' }] };
          await bench.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec });
        },
        judge: credulous,
      }),
      testCase('nothing-to-watch', {
        act: async (bench) => {
          await bench.quiet(bench.pods({ group: 'gang' }), { during: '1s' });
        },
        judge: credulous,
      }),
      testCase('no-plan', {
        plan: () => {
          throw new Error('bad plan');
        },
      }),
    ];
    const { report, folder } = await lab.run(cases);
    const results = report.cases.map(({ id, outcome, class: why, because }) => [
      id.split('/')[1],
      outcome,
      why,
      because,
    ]);
    expect(results).toEqual([
      ['bug', 'inconclusive', 'ours', expect.stringContaining('TypeError: undefined is not a function')],
      ['says-so', 'inconclusive', 'capacity', expect.stringContaining('only one device is free')],
      [
        'undeclared',
        'inconclusive',
        'ours',
        expect.stringContaining('uses v1/Service, which its needs.creates do not name'),
      ],
      ['wait', 'inconclusive', 'environment', expect.stringContaining('waited 1.0 s for v1/Pod owned by')],
      ['budget', 'inconclusive', 'environment', expect.stringContaining('act took longer than its budget of 1.0 s')],
      ['refused', 'inconclusive', 'environment', expect.stringContaining('Pod Security refuses')],
      ['nothing-to-watch', 'inconclusive', 'ours', expect.stringContaining('quiet has nothing to watch')],
      ['no-plan', 'inconclusive', 'ours', expect.stringContaining('bad plan')],
    ]);
    expect(report).toMatchObject({ exitCode: 70, leftovers: [] });
    expect(await lab.everything()).toEqual(before);
    expect((await verify(folder, cases, 'test')).discrepancies).toEqual([]);
  });
});

describe('an API server that goes away', () => {
  it('and comes back: what was silent meanwhile proves nothing, what was seen counts', async () => {
    const outage = suspendedJob('outage', 3000, async (bench) => {
      bench.note('the API server is killed');
      await lab.server.killApi();
      // Long enough for what the watches last saw to be compacted away.
      await lab.server.startApi();
      await new Promise((resolve) => setTimeout(resolve, 6000));
      await bench.quiet(bench.pods({ group: 'gang' }), { during: '1s' });
    });
    const { report, folder } = await lab.run([outage]);
    const [one] = report.cases;
    const timeline = readTimeline(inRun(folder, timelineFile('gang_scheduling/outage')));
    // The API server has lost its history: the watches had to list anew, and nobody knows what was in between.
    expect(timeline.entries.some((entry) => entry.kind === 'gap' && entry.watch === 'w1')).toBe(true);
    expect(one).toMatchObject({
      outcome: 'inconclusive',
      class: 'environment',
      because: expect.stringContaining('list anew'),
    });
    expect(report.leftovers).toEqual([]);
    expect(await lab.everything()).toEqual(before);
  });

  it('for good: the run ends, says so, and what it left is in the ledger', async () => {
    const lone = await RunnerLab.start();
    try {
      const cases = [
        testCase('gone', {
          budget: { act: '5s', tearDown: '3s' },
          act: async (bench) => {
            await bench.create(configMap('a'));
            await lone.server.killApi();
            await bench.create(configMap('b'));
          },
          judge: credulous,
        }),
      ];
      const { report } = await lone.run(cases);
      expect(report.cases[0]).toMatchObject({ outcome: 'inconclusive', class: 'environment' });
      expect(report.leftovers.map(({ ref }) => ref.kind).sort()).toEqual([
        'ConfigMap',
        'ConfigMap',
        'Namespace',
        'PriorityClass',
      ]);
      expect(report.exitCode).toBe(5);
    } finally {
      await lone[Symbol.asyncDispose]();
    }
  });
});

describe('a quota', () => {
  it('is named when it keeps a Job from making its pods', async () => {
    const limited = testCase('quota', {
      plan: () => [{ params: {}, needs: { creates: ['batch/v1/Job', 'v1/ResourceQuota'] } }],
      act: async (bench) => {
        const quota = {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'q' },
          spec: { hard: { pods: '0' } },
        };
        const made = await bench.create(quota);
        await bench.until(made, (object) => JSON.stringify(object['status']).includes('pods') || 'not counted yet', {
          within: '30s',
        });
        const gang = await bench.create(job(bench, 'gang', false), { group: 'gang' });
        await bench.until(gang.pods, some, { within: '10s' });
      },
      // A claim that fails by absence, with the cause in the timeline.
      judge: (timeline) => [
        expectEventually(timeline.pods({ group: 'gang' }), some, timeline.whole(), {
          claim: 'the job makes pods',
          otherwise: 'it made none',
        }),
      ],
    });
    const { report } = await lab.run([limited]);
    expect(report.cases[0]).toMatchObject({ outcome: 'inconclusive', class: 'environment' });
    expect(report.cases[0]?.findings[0]?.message).toContain('the quota q refuses what Job gang makes');
  });
});

describe('a run folder', () => {
  it('that cannot be made ends the run before anything is written to the cluster', async () => {
    await expect(lab.run([suspendedJob('x', 1)], { folder: '/proc/nowhere/run' })).rejects.toMatchObject({
      code: 'run-folder',
    });
    const taken = join(lab.folders, 'taken');
    mkdirSync(taken);
    await expect(lab.run([suspendedJob('x', 1)], { folder: taken })).rejects.toMatchObject({ code: 'run-folder' });
    expect(await lab.everything()).toEqual(before);
  });
});

describe('a disk that is full', () => {
  it('ends the run with an error, and everything is torn down all the same', async () => {
    const disk = join(lab.folders, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'plimsoll-test', disk]);
    try {
      const filling = testCase('filling', {
        act: async (bench) => {
          await bench.create(configMap('a'));
          for (let i = 0; i < 100; i += 1) bench.note('x'.repeat(10_000));
        },
        judge: credulous,
      });
      const beside = suspendedJob('beside', 3000);
      await expect(lab.run([filling, beside], { folder: join(disk, 'run') })).rejects.toMatchObject({
        code: 'evidence-not-written',
        message: expect.stringContaining('ENOSPC'),
      });
    } finally {
      execFileSync('umount', [disk]);
    }
    expect(await lab.everything()).toEqual(before);
  });
});

describe('two runs at the same time', () => {
  it('leave each other’s objects alone, and decide nothing about what they both try; the second one says that there is another', async () => {
    const warned: string[] = [];
    const first = lab.run([suspendedJob('first', 4000)]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const second = lab.run([suspendedJob('second', 1000)], {
      observers: [(event) => void (event.event === 'warning' && warned.push(event.message))],
    });
    const reports = await Promise.all([first, second]);
    const [one, other] = reports.map(({ report, run }) => ({ ...report.cases[0], left: report.leftovers, run }));
    const beside = (run = ''): object => ({
      outcome: 'inconclusive',
      class: 'environment',
      left: [],
      because: expect.stringContaining(`another run was at work on them: ${run}`),
    });
    expect(one).toMatchObject(beside(other?.run));
    expect(other).toMatchObject(beside(one?.run));
    // The tear-down of one took nothing of the other's: what both were about was found by their own judges.
    for (const { report } of reports)
      expect(report.cases[0]?.findings.map(({ outcome }) => outcome)).toEqual(['inconclusive', 'pass', 'pass']);
    expect(warned).toEqual([expect.stringContaining(`run ${one?.run ?? ''}`)]);
    expect(await lab.everything()).toEqual(before);
  });
});
