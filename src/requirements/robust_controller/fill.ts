import { isObject, type KubeObject } from '../../case-kit/index.ts';

/** What the placeholders of a profile stand for. */
export interface Filling {
  /** `group/version` of the operator's resource. */
  readonly api: string;
  /** Name of the object under test. */
  readonly name: string;
  /** The case's namespace; cluster-scoped objects take their names from it. */
  readonly namespace: string;
  readonly image: string;
  /** Spec of a pod of one container of that name which holds until it is deleted. */
  pod(container: string): { containers: readonly Record<string, unknown>[]; [field: string]: unknown };
}

/**
 * A profile's object with its placeholders filled. In texts: `{api}`, `{name}`, `{namespace}`, `{image}`. An object with
 * `"$pod": NAME` becomes a pod's spec with one container NAME; its `$container` adds to that container, its other fields to the spec.
 */
export function fill(template: unknown, filling: Filling): KubeObject {
  return filled(template, filling) as KubeObject;
}

function filled(value: unknown, filling: Filling): unknown {
  if (typeof value === 'string') return filledText(value, filling);
  if (Array.isArray(value)) return value.map((item) => filled(item, filling));
  if (!isObject(value)) return value;
  const { $pod: container, $container: more, ...fields } = value;
  const own = Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, filled(one, filling)]));
  if (typeof container !== 'string') return own;
  const { containers, ...spec } = filling.pod(container);
  const added = isObject(more) ? (filled(more, filling) as Record<string, unknown>) : {};
  return { ...spec, containers: containers.map((one) => ({ ...one, ...added })), ...own };
}

function filledText(text: string, { api, name, namespace, image }: Filling): string {
  const values: Readonly<Record<string, string>> = { api, name, namespace, image };
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}
