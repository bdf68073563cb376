import { isObject, type KubeObject } from '../../kube/object.ts';

/**
 * What may be recorded of an object that is somebody else's: kind, names, versions, and the fields of `keep` (dotted paths, `*` for every
 * item of a list). Environment variables, annotations and the like of other people's workloads stay out of the evidence.
 */
export function keptOf(object: KubeObject, keep: readonly string[]): KubeObject {
  const { name, namespace, uid, resourceVersion, deletionTimestamp } = object.metadata;
  const metadata = { name, namespace, uid, resourceVersion, deletionTimestamp };
  const known = Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined));
  const parts = keep.map((path) => picked(object, path.split('.')));
  const rest = parts.reduce<unknown>((whole, part) => merged(whole, part), {});
  return { ...(isObject(rest) ? rest : {}), apiVersion: object.apiVersion, kind: object.kind, metadata: known };
}

function picked(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (key === '*') return Array.isArray(value) ? value.map((item) => picked(item, rest) ?? {}) : undefined;
  if (!isObject(value) || value[key] === undefined) return undefined;
  const inner = picked(value[key], rest);
  return inner === undefined ? undefined : { [key]: inner };
}

function merged(one: unknown, other: unknown): unknown {
  if (other === undefined) return one;
  if (Array.isArray(one) && Array.isArray(other)) return one.map((item, index) => merged(item, other[index]));
  if (!isObject(one) || !isObject(other)) return other;
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    keys.map((key) => [key, key in other && key in one ? merged(one[key], other[key]) : (other[key] ?? one[key])]),
  );
}
