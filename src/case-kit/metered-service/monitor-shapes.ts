import type { CollectionWay, MetricsCollector } from '../../inventory/monitoring.ts';
import { type KubeObject, kindRef } from '../../kube/object.ts';
import { PATH, SCRAPE } from './annotation-jobs.ts';
import { type MeteredService, meteredServiceObject, PORT_NAME, SERVICE_LABEL } from './metered-deployment.ts';
import { scrapeInterval } from './scrape-interval.ts';
import { PATHS, PORT } from './service-script.ts';

export type Collected = Pick<MeteredService, 'name' | 'namespace'>;

/** How one kind of monitor is written. Everything that differs between kinds is here; which of them, the inventory says. */
interface Shape {
  /** Objects of a service, all but the last of which are of its own kinds. */
  objects(way: CollectionWay, collector: MetricsCollector, service: Collected): KubeObject[];
  /** On the pods. */
  annotations?: Readonly<Record<string, string>>;
}

const SHAPES: Readonly<Record<CollectionWay['shape'], Shape>> = {
  PodMonitor: {
    objects: (way, collector, service) => [
      monitor(way, service, {
        ...reach(service),
        podMetricsEndpoints: [{ port: PORT_NAME, path: PATHS.metrics, ...pace(collector) }],
      }),
    ],
  },
  ServiceMonitor: {
    objects: (way, collector, service) => [
      meteredServiceObject(service),
      monitor(way, service, {
        ...reach(service),
        endpoints: [{ port: PORT_NAME, path: PATHS.metrics, ...pace(collector) }],
      }),
    ],
  },
  // Speaks for its own namespace only, and always wants an interval.
  PodMonitoring: {
    objects: (way, collector, service) => [
      monitor(way, service, {
        selector: { matchLabels: { [SERVICE_LABEL]: service.name } },
        endpoints: [{ port: PORT_NAME, path: PATHS.metrics, interval: `${scrapeInterval(collector) / 1000}s` }],
      }),
    ],
  },
  // The habit of Prometheus' own examples and charts.
  annotations: {
    objects: () => [],
    annotations: { [SCRAPE]: 'true', 'prometheus.io/port': String(PORT), [PATH]: PATHS.metrics },
  },
};

export function shapeOf({ shape }: CollectionWay): Shape {
  return SHAPES[shape];
}

function monitor(way: CollectionWay, service: Collected, spec: Record<string, unknown>): KubeObject {
  const { monitor: kind = 'v1/none', labels, placedIn } = way;
  // In a namespace that others use too, the service's own name is not its own: with its namespace it is.
  const name = placedIn === undefined ? service.name : `${service.namespace}-${service.name}`;
  const metadata = { name, namespace: placedIn ?? service.namespace, labels: { ...labels } };
  return { ...kindRef(kind), metadata, spec };
}

function reach({ name, namespace }: Collected): Record<string, unknown> {
  return { selector: { matchLabels: { [SERVICE_LABEL]: name } }, namespaceSelector: { matchNames: [namespace] } };
}

/** Asked for only where the collector's own pace is slower: what scrapes every second is not slowed down. */
function pace(collector: MetricsCollector): Record<string, string> {
  const interval = scrapeInterval(collector);
  return scrapeInterval(collector, 'its own') === interval
    ? {}
    : { interval: `${interval / 1000}s`, scrapeTimeout: `${interval / 1000}s` };
}
