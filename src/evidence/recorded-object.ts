/**
 * A Kubernetes object as the timeline holds it: plain JSON, unknown fields kept, secrets replaced and `managedFields` left
 * out. The shape is that of src/kube's `KubeObject`, so one predicate serves an act (live object) and a judge (recorded one).
 */
export interface RecordedObject {
  apiVersion: string;
  kind: string;
  metadata: RecordedMeta;
  [field: string]: unknown;
}

export interface RecordedMeta {
  name?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  [field: string]: unknown;
}

/** Names one object of a timeline. */
export interface RecordedRef {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string | undefined;
  uid?: string | undefined;
}

/** `Pod plimsoll-1a2b-3/gang-0`: how messages to people name an object. */
export function showRecordedRef(ref: RecordedRef): string {
  return `${ref.kind} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name}`;
}
