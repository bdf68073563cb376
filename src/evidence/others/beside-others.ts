import { type Finding, undecided } from '../findings/finding.ts';
import type { ObjectHistory, Timeline } from '../timeline/question.ts';

/** Labels of the namespaces of a run (runner/labels.ts). */
const RUN = 'plimsoll.dev/run';
const CASE = 'plimsoll.dev/case';

/** What requirements use together, beside their own: one store and one pipeline of metrics. */
const STORE = ['ai_service_metrics', 'pod_autoscaling', 'accelerator_metrics'];

/**
 * The findings of a case with what another run did on the same things meanwhile, also one that began later: a pool that it keeps from
 * shrinking, a gateway or a store that it uses. Neither pass nor fail rests on what two runs share. Pure, from the namespaces of
 * other runs that the timeline has.
 */
export function besideOthers(timeline: Timeline, findings: readonly Finding[]): readonly Finding[] {
  const begin = timeline.entry(1);
  if (begin?.kind !== 'begin') return findings;
  const { requirement, run } = begin;
  const shared = timeline
    .objects({ of: 'v1/Namespace' })
    .objects.filter(
      (namespace) => isOthers(namespace, run) && sharesWith(requirement, caseOf(namespace)) && isLive(namespace),
    );
  if (shared.length === 0) return findings;
  const who = [...new Set(shared.map((one) => `${labelOf(one, RUN)} (${caseOf(one)}, namespace ${one.ref.name})`))];
  const finding = undecided(
    'environment',
    'no other run used the same things meanwhile',
    `another run was at work on them: ${who.slice(0, 3).join('; ')}${who.length > 3 ? ` and ${who.length - 3} more` : ''}`,
    shared.flatMap(({ states }) => states.slice(0, 1).map(({ seq }) => seq)),
    'Run again when it is over (plimsoll run --wait 30m). Of a run that was killed: plimsoll cleanup --run ID removes what it left.',
  );
  return [finding, ...findings.map(withoutFail)];
}

function withoutFail(finding: Finding): Finding {
  if (finding.outcome !== 'fail') return finding;
  return { ...finding, outcome: 'inconclusive', class: 'environment', follows: true };
}

/** Whether a case of another run can decide about one of this requirement. Pools: every pod of it keeps a node, or needs one. */
function sharesWith(requirement: string, other: string): boolean {
  const theirs = other.split('.')[0] ?? '';
  if (requirement === theirs || requirement === 'cluster_autoscaling') return true;
  return STORE.includes(requirement) && STORE.includes(theirs);
}

function isOthers(namespace: ObjectHistory, run: string): boolean {
  const other = labelOf(namespace, RUN);
  return other !== '' && other !== run;
}

/** One that was on its way out all the time holds nothing any more. */
function isLive({ states }: ObjectHistory): boolean {
  return states.some(({ event, body }) => event !== 'DELETED' && body.metadata.deletionTimestamp === undefined);
}

function caseOf(namespace: ObjectHistory): string {
  return labelOf(namespace, CASE);
}

function labelOf({ states }: ObjectHistory, label: string): string {
  return states[0]?.body.metadata.labels?.[label] ?? '';
}
