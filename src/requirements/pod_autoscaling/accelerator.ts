import type {
  AcceleratorAsk,
  AcceleratorOffer,
  AcceleratorUse,
  Facts,
  Instance,
  Needs,
  Place,
} from '../../case-kit/index.ts';

/** Accelerators of one kind, two of which are free, as a case uses them. Plain JSON: it travels in a case's params. */
export interface AcceleratorTarget {
  /** One node with two of them free, or two with one each. */
  readonly nodes: readonly string[];
  readonly tolerations: Place['tolerations'];
  readonly ask: AcceleratorAsk;
  /** Regular expressions of the device nodes of single devices; undefined when no table knows the vendor. */
  readonly perDevice?: readonly string[];
  /** A label of the node that says that its devices are shared: two pods may have the same one. */
  readonly shared?: string;
}

/** As many as an autoscaler of these cases ever runs pods with a device. */
const PODS = 2;
/** Labels by which sharing is advertised (NVIDIA GPU feature discovery: sharing-strategy, replicas, mps; others alike). */
const SHARING = /(sharing|mps\.capable|shared)/;

/**
 * What a case does with the accelerators of a cluster: an instance for each kind, on the node with the fewest free ones that suffice, or on
 * every other one that has enough; where none has, on several nodes.
 */
export function useOf<P>(
  inventory: Facts['inventory'],
  on: (target: AcceleratorTarget) => Pick<Instance<P>, 'params' | 'needs'>,
): AcceleratorUse<P> {
  return { least: PODS, spread: true, on: (offer) => on(targetOn(offer, inventory)) };
}

function targetOn({ supply, ask, places }: AcceleratorOffer, inventory: Facts['inventory']): AcceleratorTarget {
  const nodes = places.map(({ node }) => node);
  const row = inventory.vendors.find((candidate) => candidate.vendor === supply.vendor);
  const shared = nodes
    .flatMap((node) => Object.entries(node.labels))
    .find(([key, value]) => SHARING.test(key) && !['', 'none', 'false', '0', '1'].includes(value));
  return {
    nodes: nodes.map((node) => node.name),
    tolerations: nodes.flatMap((node) => node.tolerations),
    ask,
    ...(row === undefined ? {} : { perDevice: row.perDevice }),
    ...(shared === undefined ? {} : { shared: shared.join('=') }),
  };
}

/** The devices that the pods of a target hold together. */
export function acceleratorTokens({ nodes }: AcceleratorTarget): NonNullable<Needs['tokens']> {
  return Object.fromEntries(nodes.map((node) => [`accelerators/${node}`, PODS / nodes.length]));
}

/** For a pod's spec: only the target's nodes, by name (never past the scheduler). */
export function onNodesOf({ nodes, tolerations }: AcceleratorTarget): Record<string, unknown> {
  // A field selector takes a single value (core validation of nodeSelectorTerms): a term for each node.
  const nodeSelectorTerms = nodes.map((node) => ({
    matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }],
  }));
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
    ...(tolerations.length === 0 ? {} : { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
  };
}
