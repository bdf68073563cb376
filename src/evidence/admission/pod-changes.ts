import { isDeepStrictEqual } from 'node:util';
import { list, read, text } from '../read-field.ts';
import type { FieldChange } from './change.ts';
import { containerChanges } from './container-changes.ts';

/** Who else may rightly change a pod: a queue that it was given to, a DaemonSet that names its node. */
export interface PodContext {
  /** It was given to a queue on purpose: gates, nodes and tolerations are the queue's. */
  readonly queued?: boolean;
  /** What was sent is a template of a DaemonSet, whose controller names the node. */
  readonly daemon?: boolean;
}

/**
 * How the spec of a pod was stored otherwise than it was sent (as a pod, or as the template of a core workload). Only where it runs, who
 * places it, what holds it back and what its containers are: what belongs to a requirement of its own (claims, groups of gangs) is the
 * business of that requirement's judges, and defaults of the API server are nobody's change.
 */
export function podChanges(sent: unknown, stored: unknown, context: PodContext = {}): readonly FieldChange[] {
  return [
    ...placeChanges(sent, stored, context),
    ...heldBack(sent, stored, context),
    ...containers(sent, stored, 'containers'),
    ...containers(sent, stored, 'initContainers'),
  ];
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

function placeChanges(sent: unknown, stored: unknown, { queued, daemon }: PodContext): FieldChange[] {
  const changes: FieldChange[] = [];
  const differs = (field: string, was: unknown, is: unknown): void => {
    if (!isDeepStrictEqual(was, is)) changes.push({ field: `spec.${field}`, sent: was, stored: is, matters: true });
  };
  const scheduler = (of: unknown): string => text(of, 'schedulerName') || 'default-scheduler';
  differs('schedulerName', scheduler(sent), scheduler(stored));
  const runtime = text(sent, 'runtimeClassName') || undefined;
  differs('runtimeClassName', runtime, text(stored, 'runtimeClassName') || undefined);
  if (queued) return changes;
  // A RuntimeClass adds the nodes and tolerations that it is for (KEP-585).
  const asked = selector(sent);
  const kept = Object.entries(selector(stored)).filter(([key]) => runtime === undefined || key in asked);
  differs('nodeSelector', emptied(asked), emptied(Object.fromEntries(kept)));
  if (!daemon)
    for (const kind of ['nodeAffinity', 'podAffinity', 'podAntiAffinity'])
      differs(
        `affinity.${kind}.${REQUIRED}`,
        emptied(read(sent, ['affinity', kind, REQUIRED])),
        emptied(read(stored, ['affinity', kind, REQUIRED])),
      );
  for (const toleration of list(sent, 'tolerations'))
    if (!list(stored, 'tolerations').some((one) => covers(one, toleration)))
      differs('tolerations', toleration, undefined);
  return changes;
}

function heldBack(sent: unknown, stored: unknown, { queued }: PodContext): FieldChange[] {
  if (queued) return [];
  const gates = (of: unknown): string[] => list(of, 'schedulingGates').map((gate) => text(gate, 'name'));
  const added = gates(stored).filter((gate) => !gates(sent).includes(gate));
  return added.length === 0
    ? []
    : [{ field: 'spec.schedulingGates', sent: emptied(gates(sent)), stored: gates(stored), matters: true }];
}

function containers(sent: unknown, stored: unknown, of: 'containers' | 'initContainers'): FieldChange[] {
  const named = (from: unknown): Map<string, unknown> => new Map(list(from, of).map((one) => [text(one, 'name'), one]));
  const [asked, kept] = [named(sent), named(stored)];
  const changed = [...asked].flatMap(([name, container]): readonly FieldChange[] => {
    const field = `spec.${of}[${name}]`;
    const found = kept.get(name);
    return found === undefined
      ? [{ field, sent: { image: text(container, 'image') }, stored: undefined, matters: true }]
      : containerChanges(field, container, found, { sent, stored });
  });
  const added = [...kept].flatMap(([name, container]): FieldChange[] =>
    asked.has(name)
      ? []
      : [
          {
            field: `spec.${of}[${name}]`,
            sent: undefined,
            stored: { image: text(container, 'image') },
            matters: false,
          },
        ],
  );
  return [...changed, ...added];
}

function selector(spec: unknown): Record<string, unknown> {
  const value = read(spec, 'nodeSelector');
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Nothing where there is nothing in it: `{}` and `[]` are stored as absent fields. */
function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? undefined : value;
}

function covers(stored: unknown, sent: unknown): boolean {
  return ['key', 'value', 'effect'].every((field) => text(stored, field) === text(sent, field));
}
