import { type AcceleratorAsk, askFor, type Facts, type Needs, type NotRun, type Place } from '../../case-kit/index.ts';
import type { AcceleratorSupply } from '../../inventory/accelerators.ts';
import { usableSupplies } from '../../inventory/inventory.ts';

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

/** A kind of accelerator that the cluster advertises: how it is used, or why it cannot be. */
export type AcceleratorKind = { readonly variant: string } & (
  | { readonly target: AcceleratorTarget }
  | { readonly target: undefined; readonly why: NotRun }
);

/** As many as an autoscaler of these cases ever runs pods with a device. */
const PODS = 2;
/** Of so many nodes the plan chooses one. */
const MOST_PLACES = 12;
/** Labels by which sharing is advertised (NVIDIA GPU feature discovery: sharing-strategy, replicas, mps; others alike). */
const SHARING = /(sharing|mps\.capable|shared)/;

/**
 * One entry for each kind of accelerator and way of asking: none is left out, and what one shows is not shown for another. First the node
 * with the fewest free ones that suffice, then every other one that has enough (`elsewhere`); where none has, several nodes.
 */
export function acceleratorTargets({ inventory }: Pick<Facts, 'inventory'>): (AcceleratorKind & {
  readonly elsewhere: readonly AcceleratorKind[];
})[] {
  const kinds = Map.groupBy(usableSupplies(inventory), (supply) => `${supply.mode} ${supply.name}`);
  return [...kinds.values()].map((supplies) => {
    const enough = supplies
      .filter((supply) => supply.free >= PODS)
      .slice(-MOST_PLACES)
      .reverse();
    const some = supplies.filter((supply) => supply.free > 0).slice(0, PODS);
    const [first, ...others] =
      enough.length > 0 ? enough.map((supply) => [supply]) : [some.length > 0 ? some : supplies.slice(0, 1)];
    return { ...kindOn(first ?? [], inventory), elsewhere: others.map((nodes) => kindOn(nodes, inventory)) };
  });
}

function kindOn(supplies: readonly AcceleratorSupply[], inventory: Facts['inventory']): AcceleratorKind {
  const [first] = supplies;
  if (first === undefined) throw new Error('a kind of accelerator without a node');
  const variant = `${first.node}.${first.name.replaceAll('/', '_')}`;
  const ask = askFor(first, inventory.dra.versions[0]);
  if (ask === undefined) return { variant, target: undefined, why: noClass(first.name, first.node) };
  if (supplies.reduce((sum, supply) => sum + Math.min(PODS, supply.free), 0) < PODS)
    return { variant, target: undefined, why: tooFew(first.name, first.free, first.node) };
  const facts = inventory.nodes.filter((node) => supplies.some((supply) => supply.node === node.name));
  const row = inventory.vendors.find((candidate) => candidate.vendor === first.vendor);
  const shared = facts
    .flatMap((node) => Object.entries(node.labels))
    .find(([key, value]) => SHARING.test(key) && !['', 'none', 'false', '0', '1'].includes(value));
  const target: AcceleratorTarget = {
    nodes: facts.map((node) => node.name),
    tolerations: facts.flatMap((node) => node.tolerations),
    ask,
    ...(row === undefined ? {} : { perDevice: row.perDevice }),
    ...(shared === undefined ? {} : { shared: shared.join('=') }),
  };
  return { variant, target };
}

export const NO_ACCELERATOR: NotRun = {
  outcome: 'inconclusive',
  class: 'not-found',
  message: 'no accelerator was found on a node that takes pods (extended resources and ResourceSlices were looked at)',
  remedy: 'Install the device plugin or DRA driver; name a resource that no table knows with --tables FILE.',
};

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

function noClass(name: string, node: string): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'environment',
    message: `${name} publishes devices on ${node}, and no DeviceClass was found by which to ask for them`,
    remedy: 'Create a DeviceClass for the driver; let the user of this run read DeviceClasses.',
  };
}

function tooFew(name: string, free: number, node: string): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'capacity',
    message: `needs ${PODS} free ${name}; the best node is ${node} with ${free} free`,
    remedy: 'Free two of them, on one node or on two, then run again.',
  };
}
