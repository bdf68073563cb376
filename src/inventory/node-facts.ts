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
  readonly annotations: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** What a pod needs to run here, computed from the taints (never a blanket `Exists` without a key). */
  readonly tolerations: readonly Toleration[];
  /** A node without a kubelet behind it (KWOK, virtual-kubelet). */
  readonly simulated: boolean;
  /** Of those, one behind which a cloud or another cluster runs the pods. */
  readonly virtual?: true;
  readonly allocatable: Readonly<Record<string, number>>;
  readonly capacity: Readonly<Record<string, number>>;
  /** Ready, schedulable, Linux and real, neither leaving nor not yet there: pods of a case may be put here. */
  readonly candidate: boolean;
  /** Why it is no candidate: `it is not ready`, `its taint karpenter.sh/disrupted says that it is leaving`. */
  readonly why?: string;
}

/**
 * Taints that say that a node is out of order, leaving, or not yet there: not to be tolerated. Kubernetes' own, those of remediation
 * (medik8s, NVIDIA NVSentinel, Cluster API, kured, draino, Harvester), and others like them.
 */
const OUT_OF_ORDER =
  /^(node\.kubernetes\.io\/(not-ready|unreachable|unschedulable|network-unavailable|memory-pressure|disk-pressure|pid-pressure|out-of-service)|(.*\.)?medik8s\.io\/.*|status-taint\.cluster-autoscaler\.kubernetes\.io\/.*|AggregatedNodeHealth|(.*[./-])?(un-?healthy|faulty|broken|degraded|quarantined?|remediat(e|ion|ing)|repair(ing)?|reboot(ing)?|maintain-mode|scheduled-?event)([/-].*)?)$/i;
/** Karpenter, Cluster Autoscaler, clouds and their node termination handlers, each by its own name; and others like them. */
const LEAVING =
  /^(karpenter\.sh\/(disrupted|disruption)|ToBeDeleted\w*|DeletionCandidateOf\w*|aws-node-termination-handler\/.*|node\.cloudprovider\.kubernetes\.io\/shutdown|.*\/impending-(node-)?termination|.*terminat(e|ed|ing|ion)(\/.*|-(notice|scheduled|pending|imminent|event))?|(.*[./-])?(drain(o|ed|ing)?|deleting|deprovision(ing)?|preempting)(\/.*)?|(.*-)?preempting|.*(to-?be-?(deleted|removed)|draining|decommission|maintenance|shutting-?down|evict(ed|ing)?)([/-].*)?)$/i;
const NOT_YET =
  /^(karpenter\.sh\/unregistered|(startup|ignore)-taint\.cluster-autoscaler\.kubernetes\.io\/.*|.*(not-?ready|uninitiali[sz]ed|unregistered|not-?initiali[sz]ed|initiali[sz]ing|bootstrapping|starting)([/-].*)?)$/i;
/** Virtual kubelets of clouds and of multi-cluster tools, as their labels and taints call them (ACI, ECI, VCI, eklet, Liqo, interLink). */
const VIRTUAL = /(^|[./])(virtual-(kubelet|node)|eklet|vci|eci)([./]|$)/;
/** Kubelets that are none. */
const NO_KUBELET = /(^|[-.+])(vk|kwok|fake|virtual-?kubelet)([-.]|$)/i;

function saysVirtual(key: string, value: string): boolean {
  if (/(^|\/)(type|instance-type)$/.test(key)) return /^(virtual-(kubelet|node)|eklet)$/.test(value);
  return key.startsWith('virtual-kubelet.io/') || (key.endsWith('/virtual-node') && value === 'true');
}

export function nodeFacts(node: KubeObject): NodeFacts {
  const spec = isObject(node['spec']) ? node['spec'] : {};
  const status = isObject(node['status']) ? node['status'] : {};
  const info = isObject(status['nodeInfo']) ? status['nodeInfo'] : {};
  const labels = node.metadata.labels ?? {};
  const taints = (Array.isArray(spec['taints']) ? spec['taints'] : []).filter(isObject).map(readTaint);
  const ready = (Array.isArray(status['conditions']) ? status['conditions'] : []).some(
    (condition) =>
      isObject(condition) && condition['type'] === 'Ready' && ['True', true].includes(condition['status'] as string),
  );
  const annotations = node.metadata.annotations ?? {};
  const kubelet = text(info['kubeletVersion']);
  const isVirtual =
    Object.entries(labels).some(([key, value]) => saysVirtual(key, value)) ||
    taints.some(({ key }) => VIRTUAL.test(key)) ||
    /(^|[-.])vk[-.]/.test(kubelet);
  const simulated =
    labels['type'] === 'kwok' ||
    isVirtual ||
    annotations['kwok.x-k8s.io/node'] !== undefined ||
    text(spec['providerID']).startsWith('kwok:') ||
    NO_KUBELET.test(kubelet);
  const schedulable = spec['unschedulable'] !== true;
  const os = text(info['operatingSystem'] ?? labels['kubernetes.io/os'] ?? labels['beta.kubernetes.io/os']);
  const hard = taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
  const saying = (pattern: RegExp): string | undefined => hard.find(({ key }) => pattern.test(key))?.key;
  const why = [
    [simulated, isVirtual ? 'no kubelet of its own is behind it (virtual-kubelet)' : 'it is simulated'],
    [os !== 'linux', os === '' ? 'its operating system is not told' : `it runs ${os}, and cases use Linux pods`],
    [node.metadata.deletionTimestamp !== undefined, 'it is being deleted'],
    [labels['eks.amazonaws.com/compute-type'] === 'fargate', 'it is made for a single pod (Fargate)'],
    [!schedulable, 'it is cordoned'],
    [!ready, 'it is not ready'],
    [saying(LEAVING) !== undefined, `its taint ${saying(LEAVING)} says that it is leaving`],
    [saying(OUT_OF_ORDER) !== undefined, `its taint ${saying(OUT_OF_ORDER)} says that it is out of order`],
    [saying(NOT_YET) !== undefined, `its taint ${saying(NOT_YET)} says that it is not yet ready`],
  ].find(([holds]) => holds === true)?.[1];
  return {
    name: node.metadata.name ?? '',
    uid: node.metadata.uid ?? '',
    ready,
    schedulable,
    os,
    architecture: text(info['architecture']),
    kubelet,
    containerRuntime: text(info['containerRuntimeVersion']),
    kernel: text(info['kernelVersion']),
    osImage: text(info['osImage']),
    labels,
    annotations,
    taints,
    tolerations: taints
      .filter(
        ({ effect, key }) =>
          effect !== 'PreferNoSchedule' && ![OUT_OF_ORDER, LEAVING, NOT_YET].some((one) => one.test(key)),
      )
      .map(tolerate),
    simulated,
    ...(isVirtual ? { virtual: true as const } : {}),
    allocatable: amounts(status['allocatable']),
    capacity: amounts(status['capacity']),
    candidate: why === undefined,
    ...(typeof why === 'string' ? { why } : {}),
  };
}

/** Whether it is a node of a lab, whose accelerators are loop devices whatever resource they go by: a vendor's programs run there, too. */
export function isOfLab({ spec }: KubeObject): boolean {
  return isObject(spec) && text(spec['providerID']).startsWith('plimsoll://');
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

/** A resource list as numbers; what is not a quantity, or is below 0, is left out. */
export function amounts(list: unknown): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [name, value] of Object.entries(isObject(list) ? list : {})) {
    const amount = quantity(value);
    if (amount !== undefined && amount >= 0 && Number.isFinite(amount)) found[name] = amount;
  }
  return found;
}
