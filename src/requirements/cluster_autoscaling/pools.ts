import { isDeepStrictEqual } from 'node:util';
import {
  type accelerators,
  type Facts,
  type Instance,
  type KindName,
  type Needs,
  type NotRun,
  type NotRunInstance,
  offered,
  showDuration,
} from '../../case-kit/index.ts';
import { DOWN_WITHIN, HOLD, STABLE, UP_WITHIN } from './growth-story.ts';
import type { ScaleTarget } from './scale-act.ts';

/** A pool that can be tried with one kind of accelerator, or why a kind cannot be tried. */
type Trial = { readonly variant: string } & (
  | { readonly target: ScaleTarget }
  | { readonly target: undefined; readonly why: NotRun }
);

/** The pools to choose from: all that were found, or those that the user named, whether they were found or not. */
function poolsOf({ inventory, options }: Facts): offered.AutoscaledPool[] {
  const { pools } = inventory.autoscaling;
  const named = options.autoscaling?.pools ?? [];
  if (named.length === 0) return [...pools];
  return named.map(({ key, value, accelerator }) => {
    const found = pools.find(({ label }) => label?.key === key && label.value === value);
    const nodes = inventory.nodes.filter((node) => node.labels[key] === value);
    const names = nodes.map(({ name }) => name);
    const pool: offered.AutoscaledPool = found ?? {
      by: 'named',
      title: `pool ${key}=${value}`,
      name: `${key}=${value}`,
      label: { key, value },
      nodes: names,
      tolerations: nodes.flatMap((node) => node.tolerations),
      offers: offersOfNodes(inventory, names),
    };
    return accelerator === undefined ? pool : { ...pool, offers: [offerNamed(inventory, accelerator)] };
  });
}

function offersOfNodes(inventory: Facts['inventory'], nodes: readonly string[]): offered.PoolOffer[] {
  const there = offered.usableSupplies(inventory).filter(({ node }) => nodes.includes(node));
  return [...new Map(there.map((supply) => [`${supply.mode} ${supply.name}`, supply])).values()].map(
    ({ mode, name, vendor, simulated, usable, node, deviceClasses: [deviceClass] }) => ({
      mode: mode === 'dra' ? mode : 'device-plugin',
      name,
      vendor,
      simulated,
      ...(mode === 'dra' && deviceClass !== undefined ? { deviceClass } : {}),
      known: `${usable} on node ${node}`,
    }),
  );
}

/** The user's word: an extended resource, or a DRA driver or DeviceClass of that name. */
function offerNamed({ dra, accelerators }: Facts['inventory'], name: string): offered.PoolOffer {
  const supply = accelerators.find((one) => one.name === name || one.deviceClasses.includes(name));
  const deviceClass = supply?.deviceClasses[0] ?? (dra.deviceClasses.includes(name) ? name : undefined);
  const known = 'named by the user';
  const about = { name: supply?.name ?? name, vendor: supply?.vendor, simulated: supply?.simulated ?? false, known };
  return deviceClass === undefined ? { ...about, mode: 'device-plugin' } : { ...about, mode: 'dra', deviceClass };
}

/**
 * One trial for each kind of accelerator that some pool offers, on the pool with the fewest nodes of those that can grow. Where no
 * pool is known to offer any, kinds that nodes of the cluster have are tried on a pool of which nothing is known.
 */
function trialsOf(facts: Facts): Trial[] {
  const pools = poolsOf(facts);
  const offered = pools.flatMap((pool) => pool.offers.map((offer) => ({ pool, offer })));
  const kinds = Map.groupBy(offered, ({ offer }) => `${offer.mode} ${offer.name}`);
  if (kinds.size === 0) return guesses(facts, pools);
  return [...kinds.values()].map((choices): Trial => {
    const [first] = choices;
    if (first === undefined) throw new Error('a group without a member');
    const variant = `${first.offer.name.replaceAll('/', '_')}.${first.offer.mode}`;
    const growing = choices
      .filter(({ pool }) => pool.full === undefined)
      .toSorted((a, b) => a.pool.nodes.length - b.pool.nodes.length)[0];
    if (growing === undefined) {
      const why = choices.map(({ pool }) => `${pool.title}: ${pool.full}`).join('; ');
      return { variant, target: undefined, why: cannotGrow(first.offer.name, why) };
    }
    const { pool, offer } = growing;
    const ask = askOf(facts, offer);
    if (ask === undefined) return { variant, target: undefined, why: noClass(pool, offer) };
    return { variant, target: targetOf(facts, pool, offer, ask) };
  });
}

function guesses(facts: Facts, pools: readonly offered.AutoscaledPool[]): Trial[] {
  const pool = pools.find((one) => one.offers.length === 0 && one.full === undefined && one.label !== undefined);
  const [offer] = offersOfNodes(
    facts.inventory,
    facts.inventory.nodes.map(({ name }) => name),
  );
  if (pool === undefined || offer === undefined) return [];
  const ask = askOf(facts, offer);
  if (ask === undefined) return [];
  const { known: _, ...target } = targetOf(facts, pool, offer, ask);
  return [{ variant: `${offer.name.replaceAll('/', '_')}.${offer.mode}`, target }];
}

function askOf({ inventory }: Facts, { mode, name, deviceClass }: offered.PoolOffer): accelerators.Ask | undefined {
  if (mode !== 'dra') return { mode, name };
  const [version] = inventory.dra.versions;
  if (deviceClass === undefined || version === undefined) return undefined;
  return { mode, name, deviceClass, apiVersion: `resource.k8s.io/${version}` };
}

function targetOf(
  facts: Facts,
  pool: offered.AutoscaledPool,
  offer: offered.PoolOffer,
  ask: accelerators.Ask,
): ScaleTarget {
  const { inventory, options, resources } = facts;
  const own = new Set(pool.nodes);
  const fits = (node: string): boolean => pool.label === undefined || own.has(node);
  const supplies = offered
    .usableSupplies(inventory)
    .filter(({ node, name, free }) => name === ask.name && free > 0 && fits(node));
  const vendor = inventory.vendors.find((row) => row.vendor === offer.vendor);
  const machines = resources.preferred('karpenter.sh', 'NodeClaim');
  const slices = resources.preferred('resource.k8s.io', 'ResourceSlice');
  return {
    by: pool.by,
    pool: pool.title,
    ...(pool.label === undefined ? {} : { label: pool.label }),
    ask,
    known: offer.known,
    tolerations: pool.tolerations,
    alsoTolerated: offered
      .tolerationsOfNodes(nodesWith(inventory, ask.name))
      .filter((one) => !pool.tolerations.some((known) => isDeepStrictEqual(known, one))),
    fillers: supplies.map(({ node, free }) => ({
      place: { node, tolerations: inventory.nodes.find(({ name }) => name === node)?.tolerations ?? [] },
      count: free,
    })),
    devices: vendor?.perDevice ?? [],
    upWithin: options.autoscaling?.upWithin ?? UP_WITHIN,
    downWithin: options.autoscaling?.downWithin ?? DOWN_WITHIN,
    ...(pool.by === 'karpenter' && machines !== undefined
      ? { machines: `${machines.apiVersion}/NodeClaim` as KindName }
      : {}),
    ...(ask.mode === 'dra' && slices !== undefined ? { slices: `${slices.apiVersion}/ResourceSlice` as KindName } : {}),
  };
}

function nodesWith(inventory: Facts['inventory'], accelerator: string): Facts['inventory']['nodes'] {
  const names = new Set(inventory.accelerators.filter(({ name }) => name === accelerator).map(({ node }) => node));
  return inventory.nodes.filter(({ name }) => names.has(name));
}

/** What a trial does and costs, for those who have not allowed it. */
function costOf({ pool, ask, upWithin, downWithin, fillers }: ScaleTarget): string {
  const held = fillers.reduce((sum, { count }) => sum + count, 0);
  const fill = held === 0 ? '' : `hold the ${held} free ${ask.name} of its nodes until the pool has grown, `;
  return `it would ${fill}let ${pool} grow by one node with ${ask.name} and shrink again: one more node for the time that the autoscaler takes to add it (at most ${showDuration(upWithin)}), a minute of use, and the time until it is removed (at most ${showDuration(downWithin)})`;
}

function cannotGrow(accelerator: string, why: string): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'capacity',
    message: `no pool with ${accelerator} can grow by a node: ${why}`,
    remedy:
      'Raise the bounds of the pool (max above the nodes that it has), or name another pool with --autoscaled-pool.',
  };
}

function noClass(pool: offered.AutoscaledPool, offer: offered.PoolOffer): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'environment',
    message: `${pool.title} offers devices of ${offer.name}, and no DeviceClass was found by which to ask for them`,
    remedy: 'Create a DeviceClass for the driver; let the user of this run read DeviceClasses.',
  };
}

/** Karpenter looks at a node that it is about to remove a second time after so long (commandValidationDelay). */
const KARPENTER_VALIDATES = 15_000;

/** A node that comes and goes: seconds where it is no virtual machine. */
const ASIDE = 30_000;

/** An instance for each kind of accelerator that some pool offers; the reason when there is none. */
export function instancesOf(facts: Facts): readonly (Instance<ScaleTarget> | NotRunInstance)[] | NotRun {
  const { inventory, options } = facts;
  const titles = (all: Facts['inventory']['solutions'] = []): string[] =>
    all.filter(({ role }) => role === 'cluster-autoscaler').map(({ title }) => title);
  const found = titles(inventory.solutions);
  const pools = poolsOf(facts);
  const proof = inventory.autoscaling.looked.join('; ');
  // Also what is there in part: an older Karpenter has its Deployment, and Provisioners in place of NodePools.
  const all = [...found, ...titles(inventory.partial), ...pools.map(({ title }) => title)];
  if (options.autoscaling?.none === true) return noneAsStated(facts, [...new Set(all)]);
  if (pools.length === 0 && found.length === 0)
    return {
      outcome: 'inconclusive',
      class: 'not-found',
      message: `no cluster autoscaler was found. ${proof}`,
      remedy:
        'If a provider scales out of sight, name a label of its pool (--autoscaled-pool KEY=VALUE). If the platform has none, say so: --no-autoscaler.',
    };
  const trials = trialsOf(facts);
  if (trials.length === 0)
    return {
      outcome: 'inconclusive',
      class: 'capacity',
      message: `${found.join(', ') || 'an autoscaler'} is there, and none of its ${pools.length} pools is known to have accelerators: ${pools.map(({ title }) => title).join(', ')}. ${proof}`,
      remedy:
        'Name the pool and what it has: --autoscaled-pool KEY=VALUE:ACCELERATOR (its extended resource or DeviceClass).',
    };
  return trials.map(({ variant, ...trial }) => {
    if (trial.target === undefined) return { variant, notRun: trial.why };
    const { target } = trial;
    if (!options.allowScale) return { variant, notRun: notEnabled(target) };
    return { variant, params: target, needs: needsOf(target) };
  });
}

/** The operator's word, and what this tool saw of it. A word against what was found, or what could not be read, decides nothing. */
function noneAsStated({ inventory }: Facts, found: readonly string[]): NotRun {
  const proof = inventory.autoscaling.looked.join('; ');
  if (found.length > 0)
    return {
      outcome: 'inconclusive',
      class: 'environment',
      message: `it was stated that there is no cluster autoscaler (--no-autoscaler), and ${found.join(', ')} was found. ${proof}`,
      remedy: 'Leave --no-autoscaler out, or remove what is left of the autoscaler.',
    };
  const unread = inventory.notRead.filter(({ what }) => PROOFS.some((kind) => what.endsWith(kind)));
  if (unread.length > 0)
    return {
      outcome: 'inconclusive',
      class: 'permission',
      message: `it was stated that there is no cluster autoscaler, and this could not be looked at: ${unread.map(({ what, why }) => `${what} (${why})`).join('; ')}`,
      remedy: 'Let the user of this run read them (`plimsoll rbac`).',
    };
  return {
    outcome: 'not-applicable',
    message: `the operator states that the platform provides no cluster autoscaler (--no-autoscaler), and none was found. ${proof}`,
  };
}

/** Kinds in which an autoscaler would show itself. */
const PROOFS = [
  '/Deployment',
  '/StatefulSet',
  '/NodePool',
  '/ConfigMap',
  '/MachineDeployment',
  '/MachineSet',
  '/MachinePool',
  '/MachineAutoscaler',
];

function notEnabled(target: ScaleTarget): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'not-enabled',
    message: `not tried, because nodes cost money: ${costOf(target)}`,
    remedy: 'Allow it with --allow-scale.',
  };
}

function needsOf(target: ScaleTarget): Needs {
  const { ask, label, machines, slices, fillers, by } = target;
  const templates: KindName[] = ask.mode === 'dra' ? [`${ask.apiVersion ?? ''}/ResourceClaimTemplate` as KindName] : [];
  const reads = [machines, slices].filter((kind) => kind !== undefined);
  const tokens = fillers.map(({ place, count }) => [`accelerators/${place.node}`, count] as const);
  return {
    tokens: {
      // Two trials on one pool would not know whose node is whose; without a label nobody knows at all.
      [label === undefined ? 'node-pool' : `node-pool/${label.key}=${label.value}`]: 1,
      ...Object.fromEntries(tokens),
    },
    creates: ['v1/Pod', ...templates],
    reads: ['v1/Node', ...reads],
    aside: ASIDE,
    waits: [
      { why: 'the node of a running pod has to stay', least: HOLD, withoutTokens: true },
      ...(by === 'karpenter'
        ? [
            {
              why: 'Karpenter looks twice before it removes a node',
              least: KARPENTER_VALIDATES,
              withoutTokens: true as const,
            },
          ]
        : []),
      { why: 'the pool may not grow again once it has shrunk', least: STABLE, withoutTokens: true },
    ],
  };
}
