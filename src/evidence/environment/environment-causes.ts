import { text } from '../read-field.ts';
import type { Selection } from '../timeline/question.ts';
import type { Window } from '../timeline/window.ts';
import type { SeenCause } from './cause.ts';
import { eventCause } from './event-cause.ts';
import { podCause } from './pod-cause.ts';

/**
 * What in the environment explains that something did not happen to the objects of a selection: the state of their pods at
 * the end of the window, and the events about them, about what owns them and about what they own. The one place where causes
 * are recognised; `bench.until` shows the same ones live.
 */
export function environmentCauses(selection: Selection, window: Window): readonly SeenCause[] {
  const family = selection.timeline.family(selection);
  const pods = selection.timeline.pods().filter('pods', (pod) => family.has(pod.uid));
  const fromPods = pods.at(window.toSeq).flatMap((state): SeenCause[] => {
    const cause = podCause(state.body);
    return cause === undefined ? [] : [{ ...cause, evidence: [state.seq] }];
  });
  const events = selection.timeline
    .events()
    .filter('events', (event) => family.has(text(event.states.at(-1)?.body, 'regarding.uid')));
  const fromEvents = events.objects.flatMap((event): SeenCause[] => {
    const state = event.states.findLast((one) => one.seq <= window.toSeq && one.seq >= window.fromSeq);
    const cause = state === undefined ? undefined : eventCause(state.body);
    // Once the pod runs, an event about its beginnings explains nothing.
    return state === undefined || cause === undefined || runs(selection, text(state.body, 'regarding.uid'), window)
      ? []
      : [{ ...cause, evidence: [state.seq] }];
  });
  return [...fromPods, ...fromEvents];
}

function runs(selection: Selection, uid: string, window: Window): boolean {
  return selection.timeline
    .pods({ uid })
    .at(window.toSeq)
    .some((pod) => text(pod.body, 'status.phase') === 'Running');
}
