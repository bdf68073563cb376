import { createHash } from 'node:crypto';
import { isObject, type KubeObject } from '../kube/object.ts';

/** Every object that a run creates carries these two. */
export const RUN_LABEL = 'plimsoll.dev/run';
export const CASE_LABEL = 'plimsoll.dev/case';
/** On the PriorityClass of a run: who runs it, and when it last said that it is at work. */
export const BY_ANNOTATION = 'plimsoll.dev/by';
export const SEEN_ANNOTATION = 'plimsoll.dev/seen';
/** The group within a case, on the object and on the pods made from it. */
export const GROUP_LABEL = 'plimsoll.dev/group';
/** On an object that was changed, not created: the run, and beside it the patch that puts it back. */
export const CHANGED_LABEL = 'plimsoll.dev/changed';
export const RESTORE_ANNOTATION = 'plimsoll.dev/restore';

/** An id as a label value: at most 63 characters of letters, digits, `-`, `_` and `.`; long ones end with a digest. */
export function labelValue(id: string): string {
  const plain = id.replace(/[^A-Za-z0-9._-]+/g, '.').replace(/^[._-]+|[._-]+$/g, '');
  if (plain.length <= 63) return plain;
  const digest = createHash('sha256').update(id).digest('hex').slice(0, 8);
  return `${plain.slice(0, 54)}.${digest}`;
}

/**
 * The object with labels on itself and on every pod template and claim template inside it, however deep (Job, JobSet, Volcano Job,
 * RayCluster): what the cluster makes from it carries them too.
 */
export function withLabels(object: KubeObject, labels: Readonly<Record<string, string>>): KubeObject {
  const copy = labelTemplates(object, labels, true) as KubeObject;
  return { ...copy, metadata: { ...copy.metadata, labels: { ...copy.metadata.labels, ...labels } } };
}

function labelTemplates(value: unknown, labels: Readonly<Record<string, string>>, root: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => labelTemplates(item, labels, false));
  if (!isObject(value)) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, labelTemplates(item, labels, false)]),
  );
  if (root || !isTemplate(copy)) return copy;
  const metadata = isObject(copy['metadata']) ? copy['metadata'] : {};
  const own = isObject(metadata['labels']) ? metadata['labels'] : {};
  return { ...copy, metadata: { ...metadata, labels: { ...own, ...labels } } };
}

/** The object with a priority class on itself, where it is a pod, and on every pod template inside it; one that is named already stays. */
export function withPriority(object: KubeObject, priorityClassName: string): KubeObject {
  return prioritised(object, priorityClassName) as KubeObject;
}

function prioritised(value: unknown, priorityClassName: string): unknown {
  if (Array.isArray(value)) return value.map((item) => prioritised(item, priorityClassName));
  if (!isObject(value)) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, prioritised(item, priorityClassName)]),
  );
  const { spec } = copy;
  if (!isObject(spec) || !Array.isArray(spec['containers'])) return copy;
  return { ...copy, spec: { priorityClassName, ...spec } };
}

/** Something with the spec of a pod (`containers`) or of a ResourceClaim (`devices`) in it. */
function isTemplate(value: Record<string, unknown>): boolean {
  const { spec } = value;
  return isObject(spec) && (Array.isArray(spec['containers']) || isObject(spec['devices']));
}
