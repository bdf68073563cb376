import {
  type CaseReport,
  exitCodeOf,
  type Finding,
  type Outcome,
  type RequirementReport,
  type RunReport,
  verdicts,
} from '../../evidence/index.ts';

/** A case for scripted reports. */
export function scriptedCase(id: string, is: Partial<CaseReport> & { outcome: Outcome }): CaseReport {
  const requirement = id.split('/')[0] ?? '';
  return {
    id,
    case: id.split('@')[0] ?? id,
    requirement,
    title: `what ${id} is about`,
    kind: 'required',
    bar: 'behaviour',
    because: `${id} came to ${is.outcome}`,
    findings: [],
    timeline: `cases/${id}/timeline.jsonl`,
    startedAt: 100,
    ms: { queued: 0, setUp: 100, act: 1000, tearDown: 500, all: 1600 },
    leastWait: 0,
    entries: 0,
    ...(is.outcome === 'inconclusive' ? { class: 'capacity' as const } : {}),
    ...is,
  };
}

/** A report whose verdicts and exit code follow from its cases, as a run's do. */
export function scriptedReport(
  cases: readonly CaseReport[],
  is: Partial<RunReport> & { asked?: readonly string[] } = {},
): RunReport {
  const { asked, ...rest } = is;
  const ids = asked ?? [...new Set(cases.map((one) => one.requirement))];
  const requirements = ids.map((id): RequirementReport => {
    const own = cases.filter((one) => one.requirement === id);
    const { behaviour, official } = verdicts(own);
    const plan = official === undefined ? {} : { official };
    return {
      id,
      title: `what ${id} asks`,
      level: 'MUST',
      verdict: behaviour,
      ...plan,
      cases: own.map((one) => one.id),
    };
  });
  const report = {
    schema: 'plimsoll.dev/report/v1' as const,
    tool: { name: 'plimsoll' as const, version: '1.2.3' },
    run: {
      id: '0badcafe',
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-01T00:01:00.000Z',
      ms: 60_000,
      interrupted: false,
      simulated: false,
    },
    cluster: { fingerprint: 'f'.repeat(64), gitVersion: 'v1.37.2', nodes: 2 },
    checklist: '1.37',
    requirements,
    cases: [...cases],
    leftovers: [],
    requests: { requests: 10, retries: 0, byMethod: { GET: 10 } },
    ...rest,
  };
  return { ...report, exitCode: exitCodeOf(report) };
}

export function scriptedFinding(outcome: Finding['outcome'], is: Partial<Finding> = {}): Finding {
  return { outcome, claim: 'a claim', message: 'what was seen', evidence: [1], ...is };
}
