import { isObject, type KubeObject, type ObjectMeta } from '../../kube/object.ts';
import { text } from '../text.ts';
import { groupOfVersion, READ_KINDS } from './cluster-objects.ts';

type Json = Record<string, unknown>;

/** The name under which Cluster Autoscaler writes its state unless `--status-config-map-name` says another. */
export const STATUS_CONFIG_MAP = 'cluster-autoscaler-status';

/** Annotations that are long and say nothing here. */
const LONG_ANNOTATION = 64 * 1024;
/** Arguments of controllers that say which one it is and how it is set. Others may hold what is nobody's business. */
const TELLING_ARGUMENT =
  /^--?(cloud-provider|nodes|node-group-auto-discovery|namespace|status-config-map-name|write-status-configmap|scheduler-name|scheduler-names|leader-elect-resource-name|config)(=|$)/;
const WANTED = new Set(READ_KINDS.map(([group, kind]) => `${group}/${kind}`));

/** Is it a kind that an inventory looks at? */
export function isWanted(apiVersion: string, kind: string): boolean {
  return WANTED.has(`${groupOfVersion(apiVersion)}/${kind}`) || (apiVersion === 'v1' && kind === 'ConfigMap');
}

/**
 * Of an object, what an inventory reads; undefined when it reads nothing of it (a pod that holds no place, a ConfigMap that is no
 * autoscaler's state). Fields of another type than they should have are left out, so that nobody behind this has to look again.
 */
export function kept(object: Json): KubeObject | undefined {
  const apiVersion = text(object['apiVersion']);
  const kind = text(object['kind']);
  const metadata = metaOf(object['metadata']);
  const about = { apiVersion, kind, metadata };
  const [spec, status] = [part(object, 'spec'), part(object, 'status')];
  switch (`${groupOfVersion(apiVersion)}/${kind}`) {
    case '/Pod':
      return keptPod(about, spec, status);
    case '/Node': {
      const { images: _, volumesAttached: _1, volumesInUse: _2, ...told } = status;
      return { ...about, spec, status: told };
    }
    case 'apps/Deployment':
    case 'apps/StatefulSet': {
      const containers = listOf(part(part(spec, 'template'), 'spec')['containers']).map(keptContainer);
      const { replicas } = spec;
      return {
        ...about,
        spec: { ...(replicas === undefined ? {} : { replicas }), template: { spec: { containers } } },
        status: pick(status, ['replicas', 'readyReplicas']),
      };
    }
    case '/ConfigMap': {
      const written = part(object, 'data')['status'];
      return typeof written === 'string' && /^(time: |Cluster-autoscaler status at )|\nnodeGroups:/.test(written)
        ? { ...about, data: { status: written } }
        : undefined;
    }
    case 'opentelemetry.io/OpenTelemetryCollector':
      return { ...about, spec: pick(spec, ['mode', 'replicas', 'targetAllocator']) };
    case '/Service':
      return { ...about, spec: pick(spec, ['type', 'clusterIP', 'ports', 'selector']) };
    default: {
      const { metadata: _, apiVersion: _1, kind: _2, ...rest } = object;
      return { ...about, ...rest };
    }
  }
}

function keptPod(about: KubeObject, spec: Json, status: Json): KubeObject | undefined {
  const { phase } = status;
  if (typeof spec['nodeName'] !== 'string' || phase === 'Succeeded' || phase === 'Failed') return undefined;
  const asking = (list: unknown): Json[] =>
    listOf(list).map((container) => pick(container, ['name', 'resources', 'restartPolicy']));
  const { annotations: _, labels: _1, ownerReferences: _2, ...metadata } = about.metadata;
  const initContainers = asking(spec['initContainers']);
  return {
    ...about,
    metadata,
    spec: {
      ...pick(spec, ['nodeName', 'overhead', 'resources']),
      containers: asking(spec['containers']),
      ...(initContainers.length === 0 ? {} : { initContainers }),
    },
    status: pick(status, ['phase']),
  };
}

function keptContainer(container: Json): Json {
  const words = [...stringsOf(container['command']), ...stringsOf(container['args'])];
  return { ...pick(container, ['name', 'image']), args: words.filter((word) => TELLING_ARGUMENT.test(word)) };
}

function metaOf(value: unknown): ObjectMeta {
  const meta = isObject(value) ? value : {};
  const [labels, annotations] = [textsIn(meta['labels']), textsIn(meta['annotations'])];
  const owners = listOf(meta['ownerReferences']).map((owner) => ({
    apiVersion: text(owner['apiVersion']),
    kind: text(owner['kind']),
    name: text(owner['name']),
    uid: text(owner['uid']),
  }));
  const told: ObjectMeta = {};
  for (const field of ['name', 'namespace', 'uid', 'deletionTimestamp'] as const) {
    // A name such as 1234 without quotes is a number in YAML.
    const value = text(meta[field]);
    if (value !== '') told[field] = value;
  }
  if (typeof meta['generation'] === 'number') told.generation = meta['generation'];
  if (Object.keys(labels).length > 0) told.labels = labels;
  if (Object.keys(annotations).length > 0) told.annotations = annotations;
  if (owners.length > 0) told.ownerReferences = owners;
  return told;
}

function textsIn(value: unknown): Record<string, string> {
  const entries = Object.entries(isObject(value) ? value : {}).filter(
    ([key, one]) =>
      ['string', 'number', 'boolean'].includes(typeof one) &&
      key !== 'kubectl.kubernetes.io/last-applied-configuration' &&
      String(one).length < LONG_ANNOTATION,
  );
  return Object.fromEntries(entries.map(([key, one]) => [key, String(one)]));
}

function part(of: Json, name: string): Json {
  const value = of[name];
  return isObject(value) ? value : {};
}

function pick(from: Json, fields: readonly string[]): Json {
  return Object.fromEntries(fields.flatMap((field) => (from[field] === undefined ? [] : [[field, from[field]]])));
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
