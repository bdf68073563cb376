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
 * `kubernetes_pod_name`, ...) was put there by who collected it.
 */
export function isOf({ name, ips }: PodIdentity, { labels }: Series): boolean {
  const hosts = ips.flatMap((ip) => (ip.includes(':') ? [`[${ip}]`] : [ip]));
  return Object.entries(labels).some(
    ([label, value]) =>
      label !== RUN_LABEL_NAME &&
      (value === name || ips.includes(value) || hosts.some((host) => value === host || value.startsWith(`${host}:`))),
  );
}

/** The series of a pod with that name and, if it has one, that `le`. */
export function seriesOf(pod: PodIdentity, name: string, all: readonly Series[]): Series[] {
  return all.filter((one) => one.name === name && isOf(pod, one));
}

/**
 * Series that are still there of a pod that is gone. Its address may have been given to one of its successors: what names a successor is
 * the successor's.
 */
export function leftOf(gone: PodIdentity, successors: readonly PodIdentity[], all: readonly Series[]): Series[] {
  const names = new Set(successors.map(({ name }) => name));
  return all.filter((one) => isOf(gone, one) && !Object.values(one.labels).some((value) => names.has(value)));
}

/** How people see a series: `name{pod="a"} 3`. */
export function shown({ name, labels, value }: Series): string {
  const pairs = Object.entries(labels).map(([key, of]) => `${key}="${of}"`);
  return `${name}{${pairs.join(',')}} ${value}`;
}
