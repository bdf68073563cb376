import {
  type exporterPages,
  type KubeObject,
  kube,
  list,
  number,
  offered,
  type RbacRule,
  read,
  text,
} from '../../case-kit/index.ts';

/** Metrics are asked for through the API server, which has a route to pods where this program may have none. */
export const PROXY_RULE: RbacRule = { verbs: ['get'], resources: ['pods/proxy'] };

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
  return kube.proxyPath({ namespace, pod, port, path, scheme });
}

const METRICS_PORT = /^(?:(?:[a-z0-9]+-)*metrics|prometheus|prom)$/;
/** Endpoints of one pod and of one node that are asked at most. */
const MOST_OF_POD = 8;

/**
 * Places where a pod on an accelerator node may tell metrics: by its annotation (prometheus.io/scrape, as scrapers without an
 * operator read it), a port with the name that metrics ports have, a port that an exporter of accelerators is known by, or because the
 * pod is called like one.
 */
export function endpointsOf(pod: KubeObject, rows: readonly offered.AcceleratorMetricsRow[]): Endpoint[] {
  const node = text(pod, 'spec.nodeName');
  const { name = '', namespace = '', annotations = {} } = pod.metadata;
  const containers = [...list(pod, 'spec.containers'), ...list(pod, 'spec.initContainers')];
  const row = rows.find(({ exporters }) =>
    exporters.some((pattern) =>
      [name, ...containers.map((container) => lastPart(text(container, 'image')))].some((one) =>
        offered.fits(pattern, one),
      ),
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

/** Kinds by which operators of monitoring are told what to scrape; all of them select pods, or Services in front of pods. */
export const MONITORS = [
  { group: 'monitoring.coreos.com', kind: 'PodMonitor', endpoints: 'podMetricsEndpoints', selects: 'pods' },
  { group: 'monitoring.coreos.com', kind: 'ServiceMonitor', endpoints: 'endpoints', selects: 'services' },
  { group: 'operator.victoriametrics.com', kind: 'VMPodScrape', endpoints: 'podMetricsEndpoints', selects: 'pods' },
  { group: 'operator.victoriametrics.com', kind: 'VMServiceScrape', endpoints: 'endpoints', selects: 'services' },
  { group: 'monitoring.googleapis.com', kind: 'PodMonitoring', endpoints: 'endpoints', selects: 'pods' },
  { group: 'azmonitoring.coreos.com', kind: 'PodMonitor', endpoints: 'podMetricsEndpoints', selects: 'pods' },
  { group: 'azmonitoring.coreos.com', kind: 'ServiceMonitor', endpoints: 'endpoints', selects: 'services' },
] as const;

/** The endpoints of one pod to which a monitor points. */
export function monitoredEndpoints(monitor: KubeObject, pod: KubeObject, services: readonly KubeObject[]): Endpoint[] {
  const form = MONITORS.find(({ group, kind }) => kind === monitor.kind && monitor.apiVersion.startsWith(`${group}/`));
  const namespace = pod.metadata.namespace ?? '';
  if (form === undefined || !coversNamespace(monitor, namespace)) return [];
  const selector = read(monitor, 'spec.selector');
  const chosen =
    form.selects === 'pods'
      ? selects(selector, pod.metadata.labels ?? {})
        ? [undefined]
        : []
      : services.filter(
          (service) =>
            service.metadata.namespace === namespace &&
            selects(selector, service.metadata.labels ?? {}) &&
            selectsByMap(read(service, 'spec.selector'), pod.metadata.labels ?? {}),
        );
  return chosen.flatMap((service) =>
    list(monitor, ['spec', form.endpoints]).flatMap((endpoint): Endpoint[] => {
      const port = portOf(endpoint, pod, service);
      if (port === undefined) return [];
      return [
        {
          node: text(pod, 'spec.nodeName'),
          namespace,
          pod: pod.metadata.name ?? '',
          port,
          path: text(endpoint, 'path') || '/metrics',
          scheme: text(endpoint, 'scheme').toLowerCase() === 'https' ? 'https' : 'http',
          why: `${monitor.kind} ${monitor.metadata.namespace ?? ''}/${monitor.metadata.name ?? ''}`,
          exporter: false,
        },
      ];
    }),
  );
}

function coversNamespace(monitor: KubeObject, namespace: string): boolean {
  if (read(monitor, 'spec.namespaceSelector.any') === true) return true;
  const names = list(monitor, 'spec.namespaceSelector.matchNames');
  return names.length === 0 ? monitor.metadata.namespace === namespace : names.includes(namespace);
}

/** A LabelSelector; an empty one selects everything (apimachinery metav1.LabelSelectorAsSelector). */
function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries((read(selector, 'matchLabels') ?? {}) as Record<string, unknown>);
  return (
    equal.every(([name, value]) => labels[name] === value) &&
    list(selector, 'matchExpressions').every((expression) => {
      const value = labels[text(expression, 'key')];
      const values = list(expression, 'values');
      switch (text(expression, 'operator')) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}

/** A Service's selector; without one it selects nothing. */
function selectsByMap(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const pairs = Object.entries((selector ?? {}) as Record<string, unknown>);
  return pairs.length > 0 && pairs.every(([name, value]) => labels[name] === value);
}

/** The number of the pod's port that an endpoint means: by the pod's or Service's port name, or as a number. */
function portOf(endpoint: unknown, pod: KubeObject, service: KubeObject | undefined): number | undefined {
  const direct = read(endpoint, 'targetPort') ?? read(endpoint, 'portNumber');
  const named = read(endpoint, 'port');
  const behind =
    service === undefined
      ? undefined
      : list(service, 'spec.ports').find((port) => text(port, 'name') === named || number(port, 'port') === named);
  const wanted = direct ?? (behind === undefined ? named : (read(behind, 'targetPort') ?? read(behind, 'port')));
  if (typeof wanted === 'number') return wanted;
  const ports = list(pod, 'spec.containers').flatMap((container) => list(container, 'ports'));
  return number(
    ports.find((port) => text(port, 'name') === wanted),
    'containerPort',
  );
}

/** The endpoint that tells most devices wholly. */
export function mostTelling(
  asked: readonly { endpoint: Endpoint; measured: { devices: readonly exporterPages.DeviceReading[] } | undefined }[],
): Endpoint | undefined {
  const count = ({ measured }: (typeof asked)[number]): number =>
    measured === undefined
      ? -1
      : measured.devices.filter(({ points, used }) => points !== undefined && used !== undefined).length;
  return asked.filter((one) => count(one) >= 0).toSorted((a, b) => count(b) - count(a))[0]?.endpoint;
}
