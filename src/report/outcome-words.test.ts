import { describe, expect, it } from 'vitest';
import { checklist } from '../program/checklist.ts';
import { exitMeaning } from './outcome-words.ts';
import { scriptedCase, scriptedReport } from './testing/scripted-report.ts';

const musts = checklist('1.37').requirements.filter((one) => one.level === 'MUST');

describe('exitMeaning', () => {
  it('claims every MUST only when every MUST was asked for', () => {
    const report = scriptedReport(musts.map(({ id }) => scriptedCase(`${id}/a`, { outcome: 'pass' })));
    expect(report.exitCode).toBe(0);
    expect(exitMeaning(report)).toBe('every MUST of 1.37 passes or does not apply');
  });

  it('names the MUSTs that were not asked for', () => {
    const [left, ...asked] = musts;
    const report = scriptedReport(asked.map(({ id }) => scriptedCase(`${id}/a`, { outcome: 'pass' })));
    expect(report.exitCode).toBe(0);
    expect(exitMeaning(report)).toBe(
      `every MUST that was asked for passes or does not apply; not asked for, so not shown: ${left?.id}`,
    );
  });

  it('says so when no MUST was asked for', () => {
    expect(exitMeaning({ exitCode: 2, checklist: '1.37', requirements: [] })).toContain('no MUST of 1.37');
  });
});
