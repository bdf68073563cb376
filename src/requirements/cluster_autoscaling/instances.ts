import type { Facts, Instance, KindName, Needs, NotRun, NotRunInstance } from '../../case-kit/index.ts';
import { costOf, poolsOf, trialsOf } from './pools.ts';
import type { ScaleTarget } from './scale-target.ts';

/** How long the pool is watched with a running pod on its new node, and how long after it has shrunk (no flapping). */
export const HOLD = 60_000;
export const STABLE = 120_000;
/** How long a pod that no node could take is left pending. */
export const IMPOSSIBLE = 180_000;
/** Karpenter looks at a node that it is about to remove a second time after so long (commandValidationDelay). */
const KARPENTER_VALIDATES = 15_000;

/** A node that comes and goes: seconds where it is no virtual machine. */
const ASIDE = 30_000;

/** An instance for each kind of accelerator that some pool offers; the reason when there is none. */
export function instancesOf(facts: Facts): readonly (Instance<ScaleTarget> | NotRunInstance)[] | NotRun {
  const { inventory, options } = facts;
  const { looked } = inventory.autoscaling;
  const found = inventory.solutions.filter(({ role }) => role === 'cluster-autoscaler').map(({ title }) => title);
  const pools = poolsOf(facts);
  const proof = looked.join('; ');
  if (options.autoscaling?.none === true) return noneAsStated(facts, [...found, ...pools.map(({ title }) => title)]);
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
