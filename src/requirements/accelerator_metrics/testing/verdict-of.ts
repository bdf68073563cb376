import type { CaseDefinition } from '../../../case-kit/index.ts';
import type { ScriptedTimeline } from '../../../evidence/testing/scripted-timeline.ts';

/** The worst outcome of a judge's findings, as the runner combines them, with everything that was found of that kind. */
export function verdictOf<P>(judged: CaseDefinition<P>, script: ScriptedTimeline, params: P): string {
  const findings = judged.judge(script.completed().timeline(), params);
  for (const worst of ['fail', 'inconclusive'] as const) {
    const found = findings.filter((finding) => finding.outcome === worst);
    if (found.length > 0)
      return `${worst}: ${found.map((one) => `${one.class === undefined ? '' : `(${one.class}) `}${one.claim}: ${one.message}`).join(' | ')}`;
  }
  return findings.some((finding) => finding.outcome === 'pass') ? 'pass' : 'nothing shown';
}
