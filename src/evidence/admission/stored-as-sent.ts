import { type Finding, remark, undecided } from '../findings/finding.ts';
import type { Timeline } from '../timeline/question.ts';
import { admissionChanges, type ObjectChanges } from './admission-changes.ts';
import { type FieldChange, showChange } from './change.ts';

const CLAIM = 'what was asked for is what was stored';
const MOST = 4;

/**
 * The findings of a case with what admission changed on the way. Where something that matters was stored otherwise than it was sent, the
 * platform was not asked what the case asks: neither pass nor fail rests on it. What was only added beside it is told.
 */
export function withAdmission(timeline: Timeline, findings: readonly Finding[]): readonly Finding[] {
  const all = admissionChanges(timeline);
  const mattering = only(all, true);
  const beside = only(all, false);
  const told =
    beside.length === 0 ? [] : [remark('admission added to what was asked for', words(beside), seqs(beside))];
  if (mattering.length === 0) return [...findings, ...told];
  const changed = undecided('environment', CLAIM, words(mattering), seqs(mattering), remedyOf(mattering));
  return [changed, ...findings.map((finding) => withoutFail(finding)), ...told];
}

/** A fail of something that was never asked for as it was meant is none; its words stay. */
function withoutFail(finding: Finding): Finding {
  if (finding.outcome !== 'fail') return finding;
  return { ...finding, outcome: 'inconclusive', class: 'environment', follows: true };
}

function only(all: readonly ObjectChanges[], matters: boolean): readonly ObjectChanges[] {
  return all.flatMap((one) => {
    const changes = one.changes.filter((change) => change.matters === matters);
    return changes.length === 0 ? [] : [{ ...one, changes }];
  });
}

/** Each change once, with the first object that shows it: all pods of a group are changed alike. */
function words(all: readonly ObjectChanges[]): string {
  const once = new Map<string, string>();
  for (const { object, changes } of all)
    for (const change of changes) {
      const text = showChange(change);
      if (!once.has(text)) once.set(text, `${object}: ${text}`);
    }
  const lines = [...once.values()];
  return lines.length <= MOST ? lines.join('; ') : `${lines.slice(0, MOST).join('; ')} and ${lines.length - MOST} more`;
}

function seqs(all: readonly ObjectChanges[]): readonly number[] {
  return [...new Set(all.flatMap(({ evidence }) => evidence))].sort((a, b) => a - b);
}

function remedyOf(all: readonly ObjectChanges[]): string {
  const changes = all.flatMap((one) => one.changes);
  const held = changes.find((change) => isHeld(change));
  if (held !== undefined)
    return 'Something holds every workload back: Kueue does with manageJobsWithoutQueueName. Exempt namespaces that begin with plimsoll- (managedJobsNamespaceSelector, or the namespaceSelector of the webhook).';
  return 'See which webhook or policy changes it (kubectl get mutatingwebhookconfigurations,mutatingadmissionpolicies), and exempt namespaces that begin with plimsoll-.';
}

function isHeld({ field, stored }: FieldChange): boolean {
  return (
    field.endsWith('spec.suspend') || (field.endsWith('schedulingGates') && JSON.stringify(stored).includes('kueue'))
  );
}
