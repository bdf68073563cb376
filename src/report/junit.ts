import { create } from 'xmlbuilder2';
import type { CaseReport, RequirementReport, RunReport, Verdict } from '../evidence/index.ts';
import { counts, exitMeaning, isShown, NOT_A_CERTIFICATION, outcomeText, whyItDoesNotCount } from './outcome-words.ts';

/** One `<testcase>`. */
interface Test {
  readonly name: string;
  readonly requirement: string;
  readonly seconds: number;
  readonly state: 'passed' | 'failure' | 'error' | 'skipped';
  readonly type?: string;
  readonly message?: string;
  readonly detail?: string;
}

/**
 * junit.xml for machines that know nothing of requirements: a suite for each requirement; in it one test named as the requirement,
 * which is its verdict, and one for each case. `fail` is a failure; `inconclusive` is an error, since what was not shown must not
 * read as a pass; `not-applicable` is skipped, with the reason. A case that does not pass and does not count (it is extended, or an
 * alternative suffices) is skipped, with its result as the reason. So a suite is green exactly when the requirement is shown.
 */
export function junitXml(report: RunReport): string {
  const suites = report.requirements.map((requirement) => ({ requirement, tests: testsOf(report, requirement) }));
  const all = suites.flatMap(({ tests }) => tests);
  const root = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\uFFFD' }).ele('testsuites', {
    name: `plimsoll ${report.run.id}`,
    ...totals(all),
    time: seconds(report.run.ms),
    timestamp: report.run.startedAt,
  });
  for (const { requirement, tests } of suites) {
    const suite = root.ele('testsuite', {
      name: requirement.id,
      ...totals(tests),
      time: seconds(tests.reduce((sum, test) => sum + test.seconds * 1000, 0)),
      timestamp: report.run.startedAt,
    });
    const properties = suite.ele('properties');
    for (const [name, value] of propertiesOf(report, requirement)) properties.ele('property', { name, value });
    for (const test of tests) {
      const element = suite.ele('testcase', {
        classname: test.requirement,
        name: test.name,
        time: test.seconds.toFixed(3),
      });
      if (test.state === 'passed') continue;
      const { type, message = '', detail } = test;
      const child = element.ele(test.state, { ...(type === undefined ? {} : { type }), message });
      if (detail !== undefined) child.txt(detail);
    }
  }
  return `${root.end({ prettyPrint: true })}\n`;
}

function testsOf(report: RunReport, requirement: RequirementReport): readonly Test[] {
  const own = report.cases.filter((one) => one.requirement === requirement.id);
  return [verdictTest(requirement), ...own.map((one) => caseTest(one, requirement))];
}

/** Also for a requirement without any case: its suite must not be green for being empty. */
function verdictTest({ id, verdict }: RequirementReport): Test {
  return { name: id, requirement: id, seconds: 0, ...stateOf(verdict), ...saying(verdict, verdict.because) };
}

function caseTest(one: CaseReport, requirement: RequirementReport): Test {
  const test = { name: one.id, requirement: requirement.id, seconds: (one.ms?.all ?? 0) / 1000 };
  if (counts(one, requirement)) return { ...test, ...stateOf(one), ...saying(one, detailOf(one)) };
  return {
    ...test,
    state: 'skipped',
    type: outcomeText(one),
    message: `${outcomeText(one)}, ${whyItDoesNotCount(one)}: ${one.because}`,
    detail: detailOf(one),
  };
}

function stateOf({ outcome }: Pick<Verdict, 'outcome'>): Pick<Test, 'state'> {
  if (outcome === 'pass') return { state: 'passed' };
  if (outcome === 'fail') return { state: 'failure' };
  return { state: outcome === 'inconclusive' ? 'error' : 'skipped' };
}

function saying(result: Pick<Verdict, 'outcome' | 'class' | 'because'>, detail: string): Partial<Test> {
  if (result.outcome === 'pass') return {};
  const type = result.class === undefined ? result.outcome : `${result.outcome}.${result.class}`;
  return { type, message: result.because, detail };
}

function detailOf(one: CaseReport): string {
  const findings = one.findings
    .filter((finding) => !isShown(finding.outcome === 'info' ? 'pass' : finding.outcome))
    .map((finding) => {
      const remedy = finding.remedy === undefined ? '' : `\n  remedy: ${finding.remedy}`;
      const where = finding.evidence.map((seq) => `${one.timeline}:${seq}`).join(', ');
      return `${finding.outcome}: ${finding.claim}: ${finding.message}${where === '' ? '' : `\n  evidence: ${where}`}${remedy}`;
    });
  if (findings.length > 0) return findings.join('\n');
  return one.remedy === undefined ? one.because : `${one.because}\n  remedy: ${one.remedy}`;
}

function propertiesOf(report: RunReport, requirement: RequirementReport): readonly (readonly [string, string])[] {
  const { tool, run, cluster } = report;
  return [
    ['producer', tool.name],
    ['producer.version', tool.version],
    ['run', run.id],
    ['run.simulated', String(run.simulated)],
    ['run.exitCode', `${report.exitCode} (${exitMeaning(report)})`],
    ['cluster.fingerprint', cluster.fingerprint],
    ['cluster.version', cluster.gitVersion],
    ['checklist', report.checklist],
    ['level', requirement.level],
    ['verdict', outcomeText(requirement.verdict)],
    ['verdict.official', requirement.official === undefined ? 'no official plan' : outcomeText(requirement.official)],
    ['remark', NOT_A_CERTIFICATION],
  ];
}

function totals(tests: readonly Test[]): Record<string, number> {
  const count = (state: Test['state']): number => tests.filter((test) => test.state === state).length;
  return { tests: tests.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
