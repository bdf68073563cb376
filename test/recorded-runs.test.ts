import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRun, judgeCase, type RunReport, readTimeline, verdicts, verify } from '../src/evidence/index.ts';
import { ALL_CASES } from '../src/requirements/all-cases.ts';

/**
 * Sealed run folders that an earlier version recorded on a lab (fixtures/README.md). Whatever is made of the cases since, their timelines
 * have to be read, and to give the verdicts that they gave. How a finding is worded may change.
 */
const FIXTURES = join(import.meta.dirname, 'fixtures');
const RUNS = readdirSync(FIXTURES).filter((name) => name.endsWith('.tar.gz'));
const root = mkdtempSync(join(tmpdir(), 'plimsoll-recorded-'));
afterAll(() => rmSync(root, { recursive: true }));

it('there is a run that passed and one that did not', () => {
  expect(RUNS).toEqual(['run-on-a-sound-lab.tar.gz', 'run-where-gangs-are-ignored.tar.gz']);
});

describe.each(RUNS)('%s', (archive) => {
  const folder = join(root, archive.replace('.tar.gz', ''));
  let report: RunReport;
  beforeAll(() => {
    execFileSync('tar', ['xzf', join(FIXTURES, archive), '-C', root]);
    report = JSON.parse(readFileSync(inRun(folder, 'report.json'), 'utf8')) as RunReport;
  });

  it('is as it was sealed', async () => {
    const { files, discrepancies } = await verify(folder, ALL_CASES, report.tool.version);
    expect(files).toBeGreaterThan(30);
    expect(discrepancies.filter(({ file }) => file !== 'report.json')).toEqual([]);
  });

  it('gives every case the result that it had, and every requirement its verdict', () => {
    const judged = report.cases.map((one) => {
      const judge = ALL_CASES.find(({ id }) => id === one.case);
      if (judge === undefined) throw new Error(`there is no case ${one.case} any more`);
      return { ...one, ...judgeCase(judge, readTimeline(inRun(folder, one.timeline))) };
    });
    expect(judged.map(shown)).toEqual(report.cases.map(shown));
    for (const { id, verdict, official } of report.requirements) {
      const { behaviour, official: byPlan } = verdicts(judged.filter((one) => one.requirement === id));
      expect([id, behaviour.outcome, byPlan?.outcome]).toEqual([id, verdict.outcome, official?.outcome]);
    }
  });
});

function shown(one: RunReport['cases'][number]): string {
  return [one.id, one.outcome, one.class, `official ${one.official}`].join(' ');
}
