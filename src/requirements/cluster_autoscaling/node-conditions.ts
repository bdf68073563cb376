import {
  type GroupCondition,
  list,
  named,
  number,
  type RecordedObject,
  read,
  ready,
  text,
} from '../../case-kit/index.ts';
import type { ScaleTarget } from './scale-target.ts';

/** Of the pool: by its label, or, where none is known, by the accelerator. */
export function ofPool(target: ScaleTarget, slices: readonly RecordedObject[] = []) {
  return named(`of ${target.pool}`, (node: RecordedObject): true | string => {
    const { label } = target;
    const its =
      label === undefined ? accelerators(target, node, slices) > 0 : node.metadata.labels?.[label.key] === label.value;
    return its ? true : `not of ${target.pool}`;
  });
}

/** How many accelerators of the asked kind a node shows: allocatable ones, or devices that the driver publishes for it. */
export function accelerators({ ask }: ScaleTarget, node: RecordedObject, slices: readonly RecordedObject[]): number {
  if (ask.mode !== 'dra') return Number(read(node, ['status', 'allocatable', ask.name]) ?? 0);
  return slices
    .filter((slice) => text(slice, 'spec.nodeName') === node.metadata.name && text(slice, 'spec.driver') === ask.name)
    .reduce((sum, slice) => sum + list(slice, 'spec.devices').length, 0);
}

/** No node with that uid exists. A node that is cordoned, or not ready, or about to go, is there. */
export function gone({ name, uid }: { name: string; uid: string }): GroupCondition {
  return named(`node ${name} is gone`, (nodes: readonly RecordedObject[]) => {
    const node = nodes.find(({ metadata }) => metadata.uid === uid);
    if (node === undefined) return true;
    const leaving = node.metadata.deletionTimestamp === undefined ? '' : ', told to go';
    const cordoned = read(node, 'spec.unschedulable') === true ? ', cordoned' : '';
    const finalizers = node.metadata.finalizers?.length ? `, finalizers ${node.metadata.finalizers.join(', ')}` : '';
    return `it is still there${leaving}${cordoned}${ready(node) === true ? '' : ', not ready'}${finalizers}`;
  });
}

/** The node went, or one more of the pool came: there is no use in watching any longer. */
export function disturbed(
  target: ScaleTarget,
  { name, uid }: { name: string; uid: string },
  baseline: ReadonlySet<string>,
): GroupCondition {
  const pool = ofPool(target);
  return named(
    `node ${name} is gone, or another one has come to ${target.pool}`,
    (nodes: readonly RecordedObject[]) => {
      if (!nodes.some(({ metadata }) => metadata.uid === uid)) return true;
      // Nodes of other pools come and go meanwhile.
      const more = nodes.some(
        (node) => node.metadata.uid !== uid && !baseline.has(node.metadata.uid ?? '') && pool(node) === true,
      );
      return more ? true : 'the node stays, and no other has come';
    },
  );
}

/** No machine of the autoscaler stands for that node any more. */
export function noMachineFor(name: string): GroupCondition {
  return named(`no machine for ${name}`, (machines: readonly RecordedObject[]) => {
    const machine = machines.find((one) => text(one, 'status.nodeName') === name);
    return machine === undefined ? true : `${machine.kind} ${machine.metadata.name ?? ''} is still there`;
  });
}

/** Milliseconds at which something was created, by its server. */
export function createdAt({ metadata }: RecordedObject): number {
  return Date.parse(metadata.creationTimestamp ?? '');
}

/** A pod that waits for a place which the pool could give it: it asks for such accelerators and nothing keeps it off. */
export function waitsForPool(pod: RecordedObject, { ask, label, tolerations }: ScaleTarget): boolean {
  const asks = ask.mode === 'dra' ? list(pod, 'spec.resourceClaims').length > 0 : asksFor(pod, ask.name);
  if (text(pod, 'spec.nodeName') !== '' || !asks || isPinned(pod)) return false;
  const wanted = label === undefined ? undefined : read(pod, ['spec', 'nodeSelector', label.key]);
  if (wanted !== undefined && wanted !== label?.value) return false;
  return tolerations.every(({ key }) =>
    list(pod, 'spec.tolerations').some((one) => text(one, 'key') === key || text(one, 'key') === ''),
  );
}

/** Whichever container asks for it. */
function asksFor(pod: RecordedObject, resource: string): boolean {
  return [...list(pod, 'spec.containers'), ...list(pod, 'spec.initContainers')].some((container) => {
    const limit = read(container, ['resources', 'limits', resource]);
    return Number(limit ?? number(container, ['resources', 'requests', resource]) ?? 0) > 0;
  });
}

/** Kept to one node by name: autoscalers do not make nodes for such pods (they could not have that name). */
function isPinned(pod: RecordedObject): boolean {
  const terms = list(
    pod,
    'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms',
  );
  return terms.length > 0 && terms.every((term) => list(term, 'matchFields').length > 0);
}
