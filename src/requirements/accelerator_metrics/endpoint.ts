import { type KubeObject, list, number, read, text } from '../../case-kit/index.ts';
import type { AcceleratorMetricsRow } from '../../inventory/metrics-tables.ts';
import { fits } from '../../inventory/tables.ts';
import { proxyPath } from '../../kube/proxy.ts';

/** A place on a node that may tell metrics. Plain JSON. */
export interface Endpoint {
  readonly node: string;
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
  readonly path: string;
  readonly scheme: 'http' | 'https';
  /** How it was found. */
  readonly why: string;
  /** The pod has the name or image of an exporter of accelerators: what it answers counts, whatever it is. */
  readonly exporter: boolean;
}

export function showEndpoint({ namespace, pod, port, path }: Endpoint): string {
  return `${namespace}/${pod}:${port}${path}`;
}

/** The path of the API server's proxy: by it the answers of an endpoint are found in a timeline. */
export function pathOf({ namespace, pod, port, path, scheme }: Endpoint): string {
  return proxyPath({ namespace, pod, port, path, scheme });
}

const METRICS_PORT = /^(?:(?:[a-z0-9]+-)*metrics|prometheus|prom)$/;
/** Endpoints of one pod and of one node that are asked at most. */
const MOST_OF_POD = 8;

/**
 * Places where a pod on an accelerator node may tell metrics: by its annotation (prometheus.io/scrape, as scrapers without an
 * operator read it), a port with the name that metrics ports have, a port that an exporter of accelerators is known by, or because the
 * pod is called like one.
 */
export function endpointsOf(pod: KubeObject, rows: readonly AcceleratorMetricsRow[]): Endpoint[] {
  const node = text(pod, 'spec.nodeName');
  const { name = '', namespace = '', annotations = {} } = pod.metadata;
  const containers = [...list(pod, 'spec.containers'), ...list(pod, 'spec.initContainers')];
  const row = rows.find(({ exporters }) =>
    exporters.some((pattern) =>
      [name, ...containers.map((container) => lastPart(text(container, 'image')))].some((one) => fits(pattern, one)),
    ),
  );
  const at = (port: number, why: string, more: Partial<Endpoint> = {}): Endpoint => ({
    node,
    namespace,
    pod: name,
    port,
    path: '/metrics',
    scheme: 'http',
    why,
    exporter: row !== undefined,
    ...more,
  });
  const ports = containers.flatMap((container) => list(container, 'ports')).filter(isTcp);
  const numbers = ports.flatMap((port) => number(port, 'containerPort') ?? []);
  if (annotations['prometheus.io/scrape'] === 'true') {
    const asked = Number(annotations['prometheus.io/port']);
    const more = {
      path: annotations['prometheus.io/path'] ?? '/metrics',
      scheme: annotations['prometheus.io/scheme'] === 'https' ? ('https' as const) : ('http' as const),
    };
    const own = asked > 0 ? [asked] : numbers;
    return own.slice(0, MOST_OF_POD).map((port) => at(port, 'annotation prometheus.io/scrape', more));
  }
  const known = new Set(rows.flatMap((one) => one.ports));
  const found = ports.flatMap((port): Endpoint[] => {
    const where = number(port, 'containerPort') ?? 0;
    const called = text(port, 'name');
    const scheme = called.startsWith('https') ? 'https' : 'http';
    if (METRICS_PORT.test(called)) return [at(where, `its port is called ${called}`, { scheme })];
    if (known.has(where)) return [at(where, `port ${where} is one of an exporter`)];
    return row === undefined ? [] : [at(where, `it is called like ${row.title}`)];
  });
  const undeclared =
    row !== undefined && ports.length === 0 ? row.ports.map((port) => at(port, `it is called like ${row.title}`)) : [];
  return [...found, ...undeclared].slice(0, MOST_OF_POD);
}

/** `dcgm-exporter:4.2` of `registry/nvidia/dcgm-exporter:4.2`. */
function lastPart(image: string): string {
  return image.split('/').at(-1) ?? '';
}

function isTcp(port: unknown): boolean {
  return (read(port, 'protocol') ?? 'TCP') === 'TCP';
}
