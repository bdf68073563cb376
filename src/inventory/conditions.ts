import { isObject, type KubeObject } from '../kube/object.ts';
import { text } from './text.ts';

/** `True`, `False`, `Unknown` of a status condition, or undefined when it is not there or speaks of an older generation. */
export function condition(object: KubeObject, type: string): { status: string; message: string } | undefined {
  const status = isObject(object['status']) ? object['status'] : {};
  const all = Array.isArray(status['conditions']) ? status['conditions'].filter(isObject) : [];
  const found = all.find((candidate) => candidate['type'] === type);
  if (found === undefined) return undefined;
  const observed = found['observedGeneration'];
  const stale = typeof observed === 'number' && observed < (object.metadata.generation ?? 0);
  return stale ? undefined : { status: text(found['status']), message: text(found['message']) };
}
