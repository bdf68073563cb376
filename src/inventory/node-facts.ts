import { isObject, type KubeObject } from '../kube/object.ts';
import { quantity } from './quantity.ts';
import { text } from './text.ts';

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface Toleration {
  readonly key: string;
  readonly operator: 'Equal' | 'Exists';
  readonly value?: string;
  readonly effect?: string;
}

/** What matters about a node. Amounts are in base units: cores, bytes, devices. */
export interface NodeFacts {
  readonly name: string;
  readonly uid: string;
  readonly ready: boolean;
  readonly schedulable: boolean;
  readonly os: string;
  readonly architecture: string;
  readonly kubelet: string;
  readonly containerRuntime: string;
  readonly kernel: string;
  readonly osImage: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** What a pod needs to run here, computed from the taints (never a blanket `Exists` without a key). */
  readonly tolerations: readonly Toleration[];
  /** A node without a kubelet behind it (KWOK, virtual-kubelet). */
  readonly simulated: boolean;
  readonly allocatable: Readonly<Record<string, number>>;
  /** Ready, schedulable, Linux and real: pods of a case may be put here. */
  readonly candidate: boolean;
}

/** Taints that say that a node is out of order: not to be tolerated. */
const OUT_OF_ORDER =
  /^node\.kubernetes\.io\/(not-ready|unreachable|unschedulable|network-unavailable|memory-pressure|disk-pressure|pid-pressure)$/;

export function nodeFacts(node: KubeObject): NodeFacts {
  const spec = isObject(node['spec']) ? node['spec'] : {};
  const status = isObject(node['status']) ? node['status'] : {};
  const info = isObject(status['nodeInfo']) ? status['nodeInfo'] : {};
  const labels = node.metadata.labels ?? {};
  const taints = (Array.isArray(spec['taints']) ? spec['taints'] : []).filter(isObject).map(readTaint);
  const ready = (Array.isArray(status['conditions']) ? status['conditions'] : []).some(
    (condition) => isObject(condition) && condition['type'] === 'Ready' && condition['status'] === 'True',
  );
  const simulated =
    labels['type'] === 'kwok' ||
    labels['type'] === 'virtual-kubelet' ||
    node.metadata.annotations?.['kwok.x-k8s.io/node'] !== undefined;
  const schedulable = spec['unschedulable'] !== true;
  const os = text(info['operatingSystem'] ?? labels['kubernetes.io/os']);
  const bars = taints.some((taint) => OUT_OF_ORDER.test(taint.key) && taint.effect !== 'PreferNoSchedule');
  return {
    name: node.metadata.name ?? '',
    uid: node.metadata.uid ?? '',
    ready,
    schedulable,
    os,
    architecture: text(info['architecture']),
    kubelet: text(info['kubeletVersion']),
    containerRuntime: text(info['containerRuntimeVersion']),
    kernel: text(info['kernelVersion']),
    osImage: text(info['osImage']),
    labels,
    taints,
    tolerations: taints
      .filter((taint) => taint.effect !== 'PreferNoSchedule' && !OUT_OF_ORDER.test(taint.key))
      .map(tolerate),
    simulated,
    allocatable: amounts(status['allocatable']),
    candidate: ready && schedulable && os === 'linux' && !simulated && !bars,
  };
}

function readTaint(taint: Record<string, unknown>): Taint {
  const read = { key: text(taint['key']), effect: text(taint['effect']) };
  return typeof taint['value'] === 'string' ? { ...read, value: taint['value'] } : read;
}

function tolerate(taint: Taint): Toleration {
  return taint.value === undefined
    ? { key: taint.key, operator: 'Exists', effect: taint.effect }
    : { key: taint.key, operator: 'Equal', value: taint.value, effect: taint.effect };
}

/** A resource list as numbers; what is not a quantity is left out. */
export function amounts(list: unknown): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [name, value] of Object.entries(isObject(list) ? list : {})) {
    const amount = quantity(value);
    if (amount !== undefined) found[name] = amount;
  }
  return found;
}
