import { expect, it } from 'vitest';
import type { CaseReport, RunReport } from '../../evidence/index.ts';
import { verdictText } from './verdict-text.ts';

type Case = Pick<CaseReport, 'id' | 'requirement' | 'outcome'>;
const one = (id: string, outcome: Case['outcome']): Case => ({
  id,
  requirement: id.split('/')[0] as Case['requirement'],
  outcome,
});

/** Only what the text is made of. */
function report(cases: readonly Case[], verdict: object): RunReport {
  const gangs = { id: 'gang_scheduling', level: 'MUST', verdict };
  return {
    checklist: '1.37',
    run: { simulated: false },
    requirements: [gangs],
    cases,
    leftovers: [],
  } as unknown as RunReport;
}

it('names what fails beside a pass', () => {
  const cases = [
    one('gang_scheduling/all-or-nothing@kueue', 'fail'),
    one('gang_scheduling/all-or-nothing@native', 'pass'),
  ];
  expect(verdictText(report(cases, { outcome: 'pass', because: '1 cases pass' }))).toBe(`
MUST   gang_scheduling: pass
       1 cases pass
       which these do not decide: gang_scheduling/all-or-nothing@kueue failed
A pass of this tool is not a certification.
`);
});

it('names MUSTs first, and what was not tried in one line', () => {
  const verdict = { outcome: 'inconclusive', class: 'not-enabled', because: 'no case' };
  const cases = [one('gang_scheduling/all-or-nothing', 'pass')];
  const { requirements, ...rest } = report(cases, { outcome: 'pass', because: '1 case passes' });
  const should = ['gpu_sharing', 'workload_sandboxing'].map((id) => ({ id, level: 'SHOULD', verdict }));
  const all = { ...rest, requirements: [...should, ...requirements] } as unknown as RunReport;
  expect(verdictText(all)).toBe(`
MUST   gang_scheduling: pass
       1 case passes
SHOULD without a case of plimsoll yet, so nothing was tried:
       gpu_sharing, workload_sandboxing
A pass of this tool is not a certification.
`);
});

it('says that a requirement of another checklist has no verdict', () => {
  const cases = [one('dra_support/api-is-served', 'fail'), one('dra_support/object-lifecycle@DeviceClass', 'pass')];
  const text = verdictText(report(cases, { outcome: 'fail', because: 'it did' }));
  expect(text).toContain(
    '-      dra_support: no verdict, checklist 1.37 does not have it (cases: 1 fail, 1 pass)\n       For a verdict name a checklist that has it: --checklist',
  );
  expect(text).not.toContain('which these do not decide');
});
