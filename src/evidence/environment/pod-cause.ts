import { list, text } from '../read-field.ts';
import type { RecordedObject } from '../recorded-object.ts';
import type { Cause } from './cause.ts';
import { schedulingCause } from './scheduling-cause.ts';

// Reasons of kubelet's image manager (pkg/kubelet/images/types.go).
const IMAGE_REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** What in the environment keeps a pod from running, as far as the pod's own status tells; undefined when nothing does. */
export function podCause(pod: RecordedObject): Cause | undefined {
  const name = `pod ${pod.metadata.name ?? ''}`;
  for (const container of [...list(pod, 'status.initContainerStatuses'), ...list(pod, 'status.containerStatuses')]) {
    const reason = text(container, 'state.waiting.reason');
    const words = text(container, 'state.waiting.message') || reason;
    if (IMAGE_REASONS.has(reason))
      return {
        code: 'image-pull',
        class: 'environment',
        message: `image ${text(container, 'image')} of ${name} cannot be pulled: ${words}`,
        remedy:
          'Make the image reachable from the node, or name another one (--image) and its pull secret (--image-pull-secret).',
      };
    if (reason === 'CreateContainerConfigError')
      return {
        code: 'container-config',
        class: 'environment',
        message: `the kubelet refuses the container ${text(container, 'name')} of ${name}: ${words}`,
        remedy: 'See the message; usually a policy or an image changed the user or the mounts of the container.',
      };
  }
  return lostCause(pod, name) ?? schedulingCause(pod, name);
}

function lostCause(pod: RecordedObject, name: string): Cause | undefined {
  const reason = text(pod, 'status.reason');
  const words = text(pod, 'status.message') || reason;
  if (reason === 'Evicted')
    return {
      code: 'evicted',
      class: 'environment',
      message: `${name} was evicted: ${words}`,
      remedy: 'The node is short of memory or disk; free some, then run again.',
    };
  if (['NodeLost', 'Terminated', 'NodeShutdown'].includes(reason))
    return {
      code: 'node-lost',
      class: 'environment',
      message: `${name} lost its node: ${words}`,
      remedy: 'Wait until the node is Ready again, then run again.',
    };
  return undefined;
}
