import { isObject, type KindName, type KubeObject, type ObjectRef, refOf } from '../kube/object.ts';
import type { Resources } from '../kube/resources.ts';
import { labelsFit, labelsThatFit } from './label-selector.ts';
import { type CollectorRow, MONITORING, type StoreRow, type WayRow } from './monitoring-tables.ts';
import { fits } from './tables.ts';
import { text } from './text.ts';

/** Where a store is asked, through the API server's proxy: a Service or one pod. */
export interface StorePart {
  readonly namespace: string;
  readonly service?: string;
  readonly pod?: string;
  readonly port: number | string;
  readonly scheme: 'http' | 'https';
  /** Before /api/v1. */
  readonly path: string;
}

/** Something that speaks the Prometheus HTTP API. Several parts: each holds a share, the whole is all of them together. */
export interface MetricsStore {
  readonly title: string;
  /** The object that it was found by. */
  readonly ref: ObjectRef;
  readonly parts: readonly StorePart[];
  /** Why it cannot be asked with what the objects say. */
  readonly unreadable?: string;
}

/** One way to ask a collector for one's pods. */
export interface CollectionWay {
  /** With its version; absent for annotations. */
  readonly monitor?: KindName;
  readonly shape: WayRow['shape'];
  /** Labels that the object needs, and labels that its namespace needs, for this collector to heed it. */
  readonly labels: Readonly<Record<string, string>>;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** The object has to lie in this namespace. */
  readonly placedIn?: string;
}

/** Something that collects metrics from pods when it is asked to, and the stores in which they may end up. Plain JSON. */
export interface MetricsCollector {
  /** `prometheus-operator.monitoring.lab`; for people and as the name of an alternative. */
  readonly id: string;
  readonly solution: string;
  readonly title: string;
  readonly ref?: ObjectRef;
  /** How often it scrapes unless it is asked otherwise, as a Prometheus duration. */
  readonly interval?: string;
  readonly ways: readonly CollectionWay[];
  /** The first is asked. */
  readonly stores: readonly MetricsStore[];
}

/** What is read for it: objects of the collectors' kinds, and the Services that the stores' labels choose. */
export interface MonitoringObjects {
  readonly instances: readonly KubeObject[];
  readonly services: readonly { readonly row: StoreRow; readonly objects: readonly KubeObject[] }[];
}

/** `group/Kind` of everything that is a collector. */
export const COLLECTOR_KINDS: readonly string[] = MONITORING.collectors.flatMap((row) => row.instance ?? []);

type Served = Pick<Resources, 'preferred'>;

/** Is this Service a store of that row? */
export function isStore({ labels, names }: StoreRow, { metadata, spec }: KubeObject): boolean {
  if (labels !== undefined) return labelsFit(labels, metadata.labels ?? {});
  const ports = isObject(spec) && Array.isArray(spec['ports']) ? spec['ports'].length : 0;
  return names !== undefined && fits(names, metadata.name ?? '') && ports > 0;
}

/** Every store of the cluster, each once: Services, and objects that stand for one. */
export function findStores(found: MonitoringObjects): MetricsStore[] {
  const services = storesOf(found).map(({ store }) => store);
  const answering = MONITORING.collectors.flatMap(({ instance, title, answers }) => {
    const own = found.instances.filter((object) => kindOf(object) === instance);
    return answers === undefined ? [] : own.map((object) => ownStore(title, answers, object, own));
  });
  const all = [...services, ...answering];
  return all.filter(
    ({ ref }, index) =>
      all.findIndex(
        (other) => other.ref.namespace === ref.namespace && other.ref.name === ref.name && other.ref.kind === ref.kind,
      ) === index,
  );
}

function storesOf({ services }: MonitoringObjects): { id: string; store: MetricsStore }[] {
  return services.flatMap(({ row, objects }) => objects.map((object) => storeOfService(row, object)));
}

function holds({ when }: CollectorRow, object: KubeObject): boolean {
  return when === undefined || (fieldAt(specOf(object), when.field) === true) === when.is;
}

function fieldAt(spec: Record<string, unknown>, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), spec);
}

/** The collectors of a cluster, each with the ways to be asked and the stores to be read. */
export function findCollectors(resources: Served, found: MonitoringObjects): MetricsCollector[] {
  const stores = storesOf(found);
  return MONITORING.collectors.flatMap((row): MetricsCollector[] => {
    if (row.instance !== undefined) {
      const instances = found.instances.filter((object) => kindOf(object) === row.instance && holds(row, object));
      return instances.map((object) =>
        collectorOf(
          row,
          object,
          instances,
          stores.map(({ store }) => store),
          resources,
        ),
      );
    }
    const ways = row.ways.flatMap((way) => wayOf(way, undefined, resources) ?? []);
    const base = {
      solution: row.solution,
      title: row.title,
      ways,
      ...(row.interval === undefined ? {} : { interval: row.interval }),
    };
    if (row.store !== undefined) {
      const own = stores.filter(
        ({ id, store }) => row.store?.includes(id) === true && !isBehind(store, found.instances),
      );
      return own.map(({ store }) => ({ ...base, id: idOf(row.solution, store.ref), stores: [store] }));
    }
    return ways.length === 0 ? [] : [{ ...base, id: row.solution, stores: stores.map(({ store }) => store) }];
  });
}

function collectorOf(
  row: CollectorRow,
  object: KubeObject,
  all: readonly KubeObject[],
  stores: readonly MetricsStore[],
  resources: Served,
): MetricsCollector {
  const spec = specOf(object);
  const interval = text(spec['scrapeInterval']) || row.interval;
  return {
    id: idOf(row.solution, refOf(object)),
    solution: row.solution,
    title: row.title,
    ref: refOf(object),
    ...(interval === undefined ? {} : { interval }),
    ways: row.ways.flatMap((way) => wayOf(way, object, resources) ?? []),
    stores: row.answers === undefined ? stores : [ownStore(row.title, row.answers, object, all)],
  };
}

/** Undefined when the collector chooses no such objects at all, or their kind is not served. */
function wayOf(row: WayRow, collector: KubeObject | undefined, resources: Served): CollectionWay | undefined {
  const monitor = row.monitor === undefined ? undefined : servedAs(row.monitor, resources);
  if (row.monitor !== undefined && monitor === undefined) return undefined;
  const kind = monitor === undefined ? {} : { monitor };
  const everything = { ...kind, shape: row.shape, labels: {}, namespaceLabels: {} };
  if (collector === undefined || row.selector === undefined || row.namespaceSelector === undefined) return everything;
  const spec = specOf(collector);
  const [selector, namespaceSelector] = [fieldAt(spec, row.selector), fieldAt(spec, row.namespaceSelector)];
  if (selector === undefined && namespaceSelector === undefined && row.all !== undefined && spec[row.all] === true)
    return everything;
  const labels = labelsThatFit(selector);
  if (labels === undefined) return undefined;
  // No namespace selector: only the collector's own namespace. So too where it wants a name, which nobody can give to his own.
  const { [NAME_LABEL]: name, ...namespaceLabels } = labelsThatFit(namespaceSelector) ?? {
    [NAME_LABEL]: collector.metadata.namespace ?? '',
  };
  const elsewhere = name !== undefined;
  // Where monitors speak for their own namespace only, one that lies elsewhere cannot reach the service.
  if (elsewhere && spec['ignoreNamespaceSelectors'] === true) return undefined;
  const place = elsewhere ? { namespaceLabels: {}, placedIn: name } : { namespaceLabels };
  return { ...kind, shape: row.shape, labels, ...place };
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Its Service when that can mean nobody else, else its first pod of each shard. */
function ownStore(
  title: string,
  answers: NonNullable<CollectorRow['answers']>,
  object: KubeObject,
  all: readonly KubeObject[],
): MetricsStore {
  const spec = specOf(object);
  const { name = '', namespace = '' } = object.metadata;
  const neighbours = all.filter((one) => one.metadata.namespace === namespace).length;
  const shards = count(spec['shards']);
  const web = isObject(spec['web']) ? spec['web'] : {};
  const path = text(spec['routePrefix']).replace(/\/$/, '');
  const scheme = isObject(web['tlsConfig']) ? 'https' : 'http';
  const base = { namespace, scheme, path } as const;
  const service = text(spec['serviceName']) || answers.service.replace('{name}', name);
  const parts: StorePart[] =
    neighbours === 1 && shards === 1 && count(spec['replicas']) === 1
      ? [{ ...base, service, port: text(spec['portName']) || answers.port }]
      : Array.from({ length: shards }, (_, shard) => ({
          ...base,
          pod: answers.pod.replace('{name}', name).replace('{shard}', shard === 0 ? '' : `-shard-${shard}`),
          port: answers.podPort,
        }));
  const unreadable = whyUnreadable(spec);
  return {
    title: `${title} ${namespace}/${name}`,
    ref: refOf(object),
    parts,
    ...(unreadable === undefined ? {} : { unreadable }),
  };
}

/** As its own object says. */
function whyUnreadable(spec: Record<string, unknown>): string | undefined {
  if (spec['listenLocal'] === true) return 'it listens on its own pod alone (listenLocal: true)';
  if (spec['replicas'] === 0) return 'it has no replicas';
  return undefined;
}

/** Ports by which stores are asked, the best first. */
const PORTS = ['http', 'web', 'http-web', 'http-query', 'query', 'api', 'https'];

function storeOfService(row: StoreRow, service: KubeObject): { id: string; store: MetricsStore } {
  const spec = specOf(service);
  const ports = Array.isArray(spec['ports']) ? spec['ports'].filter(isObject) : [];
  const named = PORTS.flatMap((name) => ports.filter((one) => text(one['name']) === name));
  const port = named[0] ?? ports[0];
  const { name = '', namespace = '', annotations = {} } = service.metadata;
  const number = Number(port?.['port'] ?? 80);
  // OpenShift gives such a Service a certificate, and puts a proxy before it that wants a token.
  const isServing = Object.keys(annotations).some((key) => key.endsWith('serving-cert-secret-name'));
  const isProxied =
    isServing ||
    /^(proxy|oauth-proxy|kube-rbac-proxy)$/.test(text(port?.['targetPort'])) ||
    [9091, 9092].includes(number);
  const scheme = isProxied || number === 443 || text(port?.['name']) === 'https' ? 'https' : 'http';
  const unreadable = isProxied
    ? `its port ${number} wants TLS and a token`
    : text(port?.['name']).startsWith('grpc')
      ? `its port ${number} speaks gRPC, not PromQL by HTTP`
      : undefined;
  const part: StorePart = { namespace, service: name, port: number, scheme, path: row.path ?? '' };
  const store = {
    title: `${row.title} ${namespace}/${name}`,
    ref: refOf(service),
    parts: [part],
    ...(unreadable === undefined ? {} : { unreadable }),
  };
  return { id: row.id, store };
}

/** The Service belongs to a collector that is an object of its own. */
function isBehind({ ref }: MetricsStore, instances: readonly KubeObject[]): boolean {
  return instances.some((instance) => instance.metadata.namespace === ref.namespace);
}

function idOf(solution: string, { namespace, name }: ObjectRef): string {
  return [solution, namespace, name].filter((part) => part !== undefined).join('.');
}

function kindOf({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion.split('/')[0] ?? ''}/${kind}`;
}

function servedAs(kind: string, resources: Served): KindName | undefined {
  const cut = kind.indexOf('/');
  const resource = resources.preferred(kind.slice(0, cut), kind.slice(cut + 1));
  return resource === undefined ? undefined : `${resource.apiVersion}/${resource.kind}`;
}

function specOf(object: KubeObject): Record<string, unknown> {
  return isObject(object['spec']) ? object['spec'] : {};
}

/** Shards or replicas: nobody has more than this, and each is a place to ask. */
const MOST_PARTS = 256;

function count(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) ? Math.min(Math.max(0, value), MOST_PARTS) : 1;
}
