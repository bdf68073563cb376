import type { CaseDefinition } from '../../../case-kit/index.ts';
import type { ScriptedTimeline } from '../../../evidence/testing/scripted-timeline.ts';

/** The worst outcome of a judge's findings, as the runner combines them, with everything that was found of that kind. */
export function verdictOf<P>(judged: CaseDefinition<P>, script: ScriptedTimeline, params: P): string {
  const findings = judged.judge(script.timeline(), params);
  for (const worst of ['fail', 'inconclusive'] as const) {
    const found = findings.filter((finding) => finding.outcome === worst);
    if (found.length > 0) return `${worst}: ${found.map((finding) => finding.message).join(' | ')}`;
  }
  return findings.some((finding) => finding.outcome === 'pass') ? 'pass' : 'nothing shown';
}
