import { condition, text } from '../read-field.ts';
import type { RecordedObject } from '../recorded-object.ts';
import type { Cause } from './cause.ts';

/**
 * Why the scheduler left a pod pending, when the reason is the state of the nodes. The words are those of kube-scheduler's
 * plugins (NodeResourcesFit, TaintToleration, NodeUnschedulable), which other schedulers keep.
 */
export function schedulingCause(pod: RecordedObject, name: string): Cause | undefined {
  const scheduled = condition(pod, 'PodScheduled');
  if (text(scheduled, 'status') !== 'False' || text(scheduled, 'reason') !== 'Unschedulable') return undefined;
  const words = text(scheduled, 'message');
  const missing = /Insufficient ([^\s,.;]+(?:\.[^\s,;]+)*)/.exec(words)?.[1]?.replace(/\.$/, '');
  if (missing !== undefined || words.includes('Too many pods'))
    return {
      code: 'insufficient',
      class: 'capacity',
      message: `${name} does not fit: ${missing === undefined ? 'too many pods' : `not enough ${missing}`} (scheduler: ${words})`,
      remedy: 'Free the resource or add a node, then run again. Another run on this cluster may hold it.',
    };
  const taint = /untolerated taint(?:\(s\))?(?: \{([^}]*)\})?/.exec(words);
  if (taint)
    return {
      code: 'taint',
      class: 'environment',
      message: `${name} is kept off by a taint${taint[1] === undefined ? '' : ` (${taint[1]})`} (scheduler: ${words})`,
      remedy: 'Remove the taint for the time of the run, or find out who set it after the run began.',
    };
  if (words.includes('were unschedulable'))
    return {
      code: 'cordoned',
      class: 'environment',
      message: `the node for ${name} is cordoned (scheduler: ${words})`,
      remedy: 'Uncordon the node (kubectl uncordon), then run again.',
    };
  return undefined;
}
