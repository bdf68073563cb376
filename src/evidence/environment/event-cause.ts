import { text } from '../read-field.ts';
import type { RecordedObject } from '../recorded-object.ts';
import type { Cause } from './cause.ts';
import { refusalCause } from './refusal-cause.ts';

/** What an Event (events.k8s.io/v1) tells about the environment; undefined when nothing. */
export function eventCause(event: RecordedObject): Cause | undefined {
  const reason = text(event, 'reason');
  const words = text(event, 'note') || text(event, 'message');
  const who = `${text(event, 'regarding.kind')} ${text(event, 'regarding.name')}`;
  // Controllers tell of it under reasons of their own (FailedCreate of a Job, FailedToCreateWorkerPod of a RayCluster).
  const refused = text(event, 'type') === 'Normal' ? undefined : refusalCause(words, `what ${who} makes`);
  if (refused !== undefined) return refused;
  if (reason === 'FailedCreatePodSandBox')
    return {
      code: 'sandbox',
      class: 'environment',
      message: `the container runtime cannot set up ${who}: ${words}`,
      remedy: 'See to the runtime and the network plugin of the node, then run again.',
    };
  if (reason === 'FailedMount' || reason === 'FailedAttachVolume')
    return {
      code: 'mount',
      class: 'environment',
      message: `a volume of ${who} cannot be mounted: ${words}`,
      remedy: 'See the message, then run again.',
    };
  return undefined;
}
