import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from '../../../test/property.ts';
import { expectNever } from '../findings/expect-never.ts';
import { bound } from '../pod-conditions.ts';
import { judgeCase } from '../result/judge-case.ts';
import { verdicts } from '../result/verdict.ts';
import { inRun, timelineFile } from '../run/run-folder.ts';
import type { RunReport } from '../run/run-report.ts';
import { pod } from '../testing/pod.ts';
import { ScriptedTimeline } from '../testing/scripted-timeline.ts';
import { filesOf, seal } from './seal.ts';
import { verify } from './verify.ts';

const ID = 'gang_scheduling/never';
const judge = {
  id: ID,
  bar: 'official' as const,
  judge: (timeline: Parameters<typeof judgeCase>[1]) => [
    expectNever(timeline.pods({ group: 'gang' }), bound, timeline.between('created', 'release'), {
      claim: 'nothing is bound',
      otherwise: 'something was bound',
    }),
  ],
};

let original: string;
const folders: string[] = [];

/** A sealed run of one case, in a folder. */
beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'plimsoll-run-'));
  folders.push(original);
  const script = new ScriptedTimeline({ case: ID })
    .watch('v1/Pod')
    .mark('created')
    .wait(10)
    .add(pod('a', { group: 'gang' }))
    .wait(60_000)
    .confirm()
    .mark('release')
    .completed();
  const result = judgeCase(judge, script.timeline());
  const one = {
    id: ID,
    case: ID,
    requirement: 'gang_scheduling',
    title: 't',
    kind: 'required' as const,
    bar: 'official' as const,
  };
  const { behaviour, official } = verdicts([{ ...one, ...result }]);
  const report: RunReport = {
    schema: 'plimsoll.dev/report/v1',
    tool: { name: 'plimsoll', version: '1' },
    run: { id: 'r', startedAt: 's', endedAt: 'e', ms: 1, interrupted: false, simulated: false },
    cluster: { fingerprint: 'f', gitVersion: 'v1.37.0', nodes: 1 },
    checklist: '1.37',
    exitCode: 0,
    requirements: [
      {
        id: 'gang_scheduling',
        title: 't',
        level: 'MUST',
        verdict: behaviour,
        ...(official === undefined ? {} : { official }),
        cases: [ID],
      },
    ],
    cases: [{ ...one, ...result, timeline: timelineFile(ID), leastWait: 0, entries: script.entries.length }],
    leftovers: [],
    requests: { requests: 1, retries: 0, byMethod: {} },
  };
  mkdirSync(inRun(original, 'cases/gang_scheduling/never'), { recursive: true });
  writeFileSync(
    inRun(original, timelineFile(ID)),
    script.entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''),
  );
  writeFileSync(inRun(original, 'report.json'), JSON.stringify(report, null, 2));
  writeFileSync(inRun(original, 'summary.md'), '# run\n');
  await sealed(original);
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function sealed(folder: string): Promise<void> {
  await seal(folder, {
    tool: { name: 'plimsoll', version: '1' },
    run: 'r',
    cluster: { fingerprint: 'f', gitVersion: 'v' },
    sealedAt: 'x',
  });
}

function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-copy-'));
  folders.push(folder);
  cpSync(original, folder, { recursive: true });
  return folder;
}

const check = (folder: string): ReturnType<typeof verify> => verify(folder, [judge], '1');

describe('verify', () => {
  it('accepts a run as it was sealed', async () => {
    expect(await check(original)).toMatchObject({
      files: 3,
      cases: 1,
      discrepancies: [],
      remarks: [],
      report: { cases: [{ outcome: 'pass' }] },
    });
  });

  it('names the file when any one byte of any file is changed', async () => {
    const files = await filesOf(original);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (file, at, flip) => {
          const folder = copy();
          const bytes = readFileSync(inRun(folder, file));
          const index = at % bytes.length;
          bytes[index] = (bytes[index] ?? 0) ^ flip;
          writeFileSync(inRun(folder, file), bytes);
          const { discrepancies } = await check(folder);
          rmSync(folder, { recursive: true });
          expect(discrepancies.map((one) => one.file)).toContain(file);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('names what is missing and what was added, and does not mind what a cleanup adds', async () => {
    const folder = copy();
    renameSync(inRun(folder, 'summary.md'), inRun(folder, 'other.md'));
    writeFileSync(inRun(folder, 'cleanup-2026.jsonl'), '');
    const { discrepancies, remarks } = await check(folder);
    expect(discrepancies.map((one) => [one.file, one.what.slice(0, 22)])).toEqual([
      ['other.md', 'is not in the manifest'],
      ['summary.md', 'is in the manifest but'],
    ]);
    expect(remarks).toHaveLength(1);
  });

  it('finds a forged verdict although every hash was made anew', async () => {
    const folder = copy();
    const text = readFileSync(inRun(folder, timelineFile(ID)), 'utf8');
    // What the timeline would look like had the pod been bound; the report still says pass.
    writeFileSync(inRun(folder, timelineFile(ID)), text.replace('"spec":{', '"spec":{"nodeName":"n1",'));
    await sealed(folder);
    const { discrepancies } = await check(folder);
    expect(discrepancies[0]).toMatchObject({ file: 'report.json' });
    expect(discrepancies[0]?.what).toContain('says gang_scheduling/never: pass, official pass; its timeline says fail');
    expect(discrepancies[1]?.what).toContain('says gang_scheduling: pass; the timelines say fail');
  });

  it('finds a verdict that does not follow from its cases', async () => {
    const folder = copy();
    const report = JSON.parse(readFileSync(inRun(folder, 'report.json'), 'utf8')) as RunReport;
    if (report.requirements[0]) report.requirements[0].verdict.because = 'trust me';
    writeFileSync(inRun(folder, 'report.json'), JSON.stringify(report));
    await sealed(folder);
    expect((await check(folder)).discrepancies).toEqual([
      { file: 'report.json', what: expect.stringContaining('says gang_scheduling: pass') },
    ]);
  });

  it('says that a case is not known, and that another version made the run', async () => {
    const { discrepancies, remarks } = await verify(original, [], '2');
    expect(discrepancies[0]?.what).toContain('this version has no case');
    expect(remarks[0]).toContain('made by version 1, this is 2');
  });

  it('says that there is no such folder', async () => {
    await expect(check('/nowhere')).rejects.toMatchObject({ code: 'run-not-readable' });
  });

  it('says of a run that was never sealed what to do', async () => {
    const folder = copy();
    rmSync(inRun(folder, 'manifest.json'));
    await expect(check(folder)).rejects.toMatchObject({
      code: 'run-not-sealed',
      remedy: expect.stringContaining('plimsoll cleanup'),
    });
  });
});
