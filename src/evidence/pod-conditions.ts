import { condition, list, text } from './read-field.ts';
import type { RecordedObject } from './recorded-object.ts';

/** The scheduler (or whoever acts for it) gave the pod a node. */
export function bound(pod: RecordedObject): true | string {
  return text(pod, 'spec.nodeName') === '' ? (pending(pod) ?? 'no node yet') : true;
}

/** All its containers have been started. */
export function running(pod: RecordedObject): true | string {
  return text(pod, 'status.phase') === 'Running' ? true : why(pod);
}

/** It ran or runs: for pods that end by themselves. */
export function started(pod: RecordedObject): true | string {
  return ['Running', 'Succeeded', 'Failed'].includes(text(pod, 'status.phase')) ? true : why(pod);
}

export function ready(pod: RecordedObject): true | string {
  return text(condition(pod, 'Ready'), 'status') === 'True' ? true : why(pod);
}

/** Every container ended with exit code 0. */
export function succeeded(pod: RecordedObject): true | string {
  return text(pod, 'status.phase') === 'Succeeded' ? true : why(pod);
}

/** It ended, well or not. */
export function ended(pod: RecordedObject): true | string {
  return ['Succeeded', 'Failed'].includes(text(pod, 'status.phase')) ? true : why(pod);
}

/** The scheduler said that it cannot be placed. */
export function unschedulable(pod: RecordedObject): true | string {
  const scheduled = condition(pod, 'PodScheduled');
  return text(scheduled, 'reason') === 'Unschedulable' && text(scheduled, 'status') === 'False' ? true : why(pod);
}

function pending(pod: RecordedObject): string | undefined {
  const scheduled = condition(pod, 'PodScheduled');
  if (text(scheduled, 'status') !== 'False') return undefined;
  return `${text(scheduled, 'reason')}: ${text(scheduled, 'message')}`;
}

/** Why a pod is not further: its phase, and what the scheduler or a container says. */
function why(pod: RecordedObject): string {
  const phase = text(pod, 'status.phase') || 'no status yet';
  const scheduler = text(pod, 'spec.nodeName') === '' ? pending(pod) : undefined;
  const waiting = [...list(pod, 'status.initContainerStatuses'), ...list(pod, 'status.containerStatuses')]
    .map((container) => {
      const reason = text(container, 'state.waiting.reason') || text(container, 'state.terminated.reason');
      const message = text(container, 'state.waiting.message') || text(container, 'state.terminated.message');
      return reason === '' ? '' : `${text(container, 'name')} ${reason}${message === '' ? '' : `: ${message}`}`;
    })
    .find((words) => words !== '');
  const words = scheduler ?? waiting;
  return words === undefined ? phase : `${phase}, ${words}`;
}
