import { type Timeline, text } from '../../case-kit/index.ts';

/** Who speaks of pods whatever scales the cluster. */
const OTHERS = /scheduler|kubelet/;

/** What an autoscaler said last of the pod that waits (FailedScheduling, NotTriggerScaleUp, ...); undefined when nothing. */
export function autoscalerWords(timeline: Timeline): { readonly said: string; readonly seq: number } | undefined {
  const uids = new Set(timeline.pods({ group: 'trigger' }).objects.map(({ uid }) => uid));
  const states = timeline
    .events()
    .objects.flatMap((event) => event.states.slice(-1))
    .filter(({ body }) => uids.has(text(body, 'regarding.uid')) && !OTHERS.test(speaker(body)));
  const last = states.toSorted((a, b) => a.seq - b.seq).at(-1);
  if (last === undefined) return undefined;
  return { said: `${speaker(last.body)} says of the pod: ${text(last.body, 'note')}`, seq: last.seq };
}

/** Events made by older clients name their source elsewhere. */
function speaker(event: unknown): string {
  return text(event, 'reportingController') || text(event, 'deprecatedSource.component');
}
