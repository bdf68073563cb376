import { isDeepStrictEqual } from 'node:util';
import { read, text } from '../read-field.ts';
import { type RecordedObject, showRecordedRef } from '../recorded-object.ts';
import type { EntryOf } from '../timeline/entry.ts';
import type { Timeline } from '../timeline/question.ts';
import type { FieldChange } from './change.ts';
import { type PodContext, podChanges } from './pod-changes.ts';

/** What admission changed of one object. */
export interface ObjectChanges {
  /** `Pod plimsoll-1a2b-3/probe`. */
  readonly object: string;
  readonly changes: readonly FieldChange[];
  readonly evidence: readonly number[];
}

/** Core workloads: their pods are their template, so that a pod which differs was changed on its way. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  'batch/v1/Job': ['spec', 'template'],
  'apps/v1/Deployment': ['spec', 'template'],
  'apps/v1/StatefulSet': ['spec', 'template'],
  'apps/v1/ReplicaSet': ['spec', 'template'],
  'apps/v1/DaemonSet': ['spec', 'template'],
};

interface Created {
  readonly answer: EntryOf<'answer'>;
  readonly of: string;
  readonly sent: unknown;
  readonly stored: unknown;
}

/**
 * Everything that was stored otherwise than a case sent it: each object as it was created, and each pod that came of a core workload. Pure,
 * from the timeline alone, for every case: a webhook, a policy or a queue in between must not decide about the platform.
 */
export function admissionChanges(timeline: Timeline): readonly ObjectChanges[] {
  const made = created(timeline);
  return [...made.flatMap((one) => ofObject(one)), ...ofPods(timeline, made)];
}

function created(timeline: Timeline): readonly Created[] {
  return timeline.answers({ method: 'POST', via: 'api' }).flatMap((answer): Created[] => {
    const { sent, body, status, path, digest } = answer;
    if (status !== 201 || digest !== undefined || path.includes('dryRun=')) return [];
    const of = `${text(sent, 'apiVersion')}/${text(sent, 'kind')}`;
    return text(sent, 'kind') === '' || read(body, 'metadata.uid') === undefined
      ? []
      : [{ answer, of, sent, stored: body }];
  });
}

function ofObject({ answer, of, sent, stored }: Created): ObjectChanges[] {
  const context = contextOf(of, sent);
  const changes =
    of === 'v1/Pod'
      ? [...placed(sent, stored), ...podChanges(read(sent, 'spec'), read(stored, 'spec'), context)]
      : [...suspended(sent, stored, context), ...template(of, sent, stored, context)];
  return changes.length === 0 ? [] : [{ object: nameOf(stored), changes, evidence: [answer.seq] }];
}

/** A pod that was given to no node and comes back with one was never the scheduler's. */
function placed(sent: unknown, stored: unknown): FieldChange[] {
  const [was, is] = [text(sent, 'spec.nodeName'), text(stored, 'spec.nodeName')];
  return was === is ? [] : [{ field: 'spec.nodeName', sent: was || undefined, stored: is || undefined, matters: true }];
}

/** Kueue with manageJobsWithoutQueueName, and what else manages jobs, stores everything suspended that was not given to it. */
function suspended(sent: unknown, stored: unknown, { queued }: PodContext): FieldChange[] {
  const [was, is] = [read(sent, 'spec.suspend') === true, read(stored, 'spec.suspend') === true];
  if (queued || was === is) return [];
  return [
    { field: 'spec.suspend', sent: read(sent, 'spec.suspend'), stored: read(stored, 'spec.suspend'), matters: true },
  ];
}

function template(of: string, sent: unknown, stored: unknown, context: PodContext): readonly FieldChange[] {
  const path = TEMPLATES[of];
  if (path === undefined) return [];
  return podChanges(read(sent, [...path, 'spec']), read(stored, [...path, 'spec']), context).map((change) => ({
    ...change,
    field: `${path.join('.')}.${change.field}`,
  }));
}

/** The pods of core workloads that the case created and did not change afterwards, each against the template. */
function ofPods(timeline: Timeline, made: readonly Created[]): ObjectChanges[] {
  const changed = new Set(
    timeline
      .answers()
      .flatMap(({ method, ref }) =>
        ref !== undefined && ['PATCH', 'PUT'].includes(method) ? [`${ref.kind} ${ref.name}`] : [],
      ),
  );
  return made.flatMap(({ of, sent, stored, answer }) => {
    const path = TEMPLATES[of];
    if (path === undefined || changed.has(`${text(sent, 'kind')} ${text(stored, 'metadata.name')}`)) return [];
    const wanted = read(sent, [...path, 'spec']);
    const context = contextOf(of, sent);
    const pods = timeline.pods({ owner: text(stored, 'metadata.uid') });
    return pods.objects.flatMap(({ ref, states }): ObjectChanges[] => {
      const first = states[0];
      if (first === undefined) return [];
      const changes = podChanges(wanted, read(first.body, 'spec'), context);
      // Said of the workload already: the template was stored like that.
      const known = template(of, sent, stored, context);
      const own = changes.filter((one) => !known.some((other) => sameAs(one, other)));
      return own.length === 0
        ? []
        : [{ object: showRecordedRef(ref), changes: own, evidence: [answer.seq, first.seq] }];
    });
  });
}

function sameAs(one: FieldChange, other: FieldChange): boolean {
  return other.field.endsWith(one.field) && isDeepStrictEqual(one.stored, other.stored);
}

/** The labels by which a workload is given to a queue on purpose (Kueue's own and those of its pod groups). */
const QUEUES = ['kueue.x-k8s.io/queue-name', 'kueue.x-k8s.io/pod-group-name'];

function contextOf(of: string, sent: unknown): PodContext {
  const queued = QUEUES.some((label) => read(sent, ['metadata', 'labels', label]) !== undefined);
  return { queued, daemon: of === 'apps/v1/DaemonSet' };
}

function nameOf(stored: unknown): string {
  const { kind, metadata } = stored as RecordedObject;
  return showRecordedRef({ apiVersion: '', kind, name: metadata.name ?? '', namespace: metadata.namespace });
}
