/**
 * What an act waits for and a judge asks about: all objects of a kind that fit. An act's handle and a judge's question
 * are the same plain data, so both mean the same objects.
 */
export interface Target {
  /** `apiVersion/Kind`, for example `v1/Pod`. */
  readonly of: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  /** The group given to `bench.create(object, { group })`: members carry its label, or are owned by one that does. */
  readonly group?: string;
  /** Uid of an object: everything that it owns, directly or not. */
  readonly owner?: string;
  /** Label selector of the watch that feeds it, as kubectl's `-l` (needed for kinds outside the case's namespaces). */
  readonly labels?: string;
  /** Field selector of the watch that feeds it. */
  readonly fields?: string;
}

/** A target as one line: `v1/Pod of group gang`, `v1/Pod plimsoll-1/blocker`. Equal targets give equal lines. */
export function showTarget(target: Target): string {
  const place =
    target.name === undefined ? '' : ` ${target.namespace === undefined ? '' : `${target.namespace}/`}${target.name}`;
  const within = target.name === undefined && target.namespace !== undefined ? ` in ${target.namespace}` : '';
  const group = target.group === undefined ? '' : ` of group ${target.group}`;
  const owner = target.owner === undefined ? '' : ` owned by ${target.owner}`;
  const uid = target.uid === undefined ? '' : ` (${target.uid})`;
  const labels = target.labels === undefined ? '' : ` with ${target.labels}`;
  const fields = target.fields === undefined ? '' : ` where ${target.fields}`;
  return `${target.of}${place}${uid}${within}${group}${owner}${labels}${fields}`;
}
