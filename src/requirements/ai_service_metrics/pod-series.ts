import { RUN_LABEL_NAME } from '../metered-service/metric-names.ts';
import type { Series } from '../metered-service/read-vector.ts';

/** A pod as the platform may name it on a series. */
export interface PodIdentity {
  readonly name: string;
  /** Empty when it has none. */
  readonly ips: readonly string[];
}

/**
 * Does a series say that it is of this pod? The service itself says nothing of its pod, so whatever label names it (`pod`, `instance`,
 * `kubernetes_pod_name`, ...) was put there by who collected it. A name counts before an address: that of a removed pod may have been given
 * to its successor.
 */
export function isOf({ name, ips }: PodIdentity, { labels }: Series): boolean {
  const values = Object.entries(labels).flatMap(([label, value]) => (label === RUN_LABEL_NAME ? [] : [value]));
  if (values.includes(name)) return true;
  // Names of the pods of one ReplicaSet differ behind the last hyphen.
  const siblings = name.slice(0, name.lastIndexOf('-') + 1);
  if (values.some((value) => value.startsWith(siblings))) return false;
  const hosts = ips.flatMap((ip) => (ip.includes(':') ? [ip, `[${ip}]`] : [ip]));
  return values.some((value) => hosts.some((host) => value === host || value.startsWith(`${host}:`)));
}

/** The series of a pod with that name and, if it has one, that `le`. */
export function seriesOf(pod: PodIdentity, name: string, all: readonly Series[]): Series[] {
  return all.filter((one) => one.name === name && isOf(pod, one));
}

/** How people see a series: `name{pod="a"} 3`. */
export function shown({ name, labels, value }: Series): string {
  const pairs = Object.entries(labels).map(([key, of]) => `${key}="${of}"`);
  return `${name}{${pairs.join(',')}} ${value}`;
}
