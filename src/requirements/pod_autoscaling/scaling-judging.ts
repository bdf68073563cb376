import {
  all,
  atLeast,
  exactly,
  expectAlways,
  expectEventually,
  expectNever,
  expectSeen,
  type Finding,
  firstMoment,
  named,
  type RecordedObject,
  ready,
  remark,
  type Selection,
  showDuration,
  type Timeline,
  text,
  undecided,
  type Window,
} from '../../case-kit/index.ts';
import {
  AUTOSCALER,
  active,
  DEPLOYMENT,
  heldAtMost,
  quietFor,
  reads,
  readsAndWants,
  scaledOtherThan,
  scaledTo,
  TARGET,
  type Times,
  unable,
  wantsOtherThan,
} from './autoscaler.ts';

/**
 * The marks of the act in which one Deployment goes through P0-P4, in their order. The act ends behind the last phase that was asked
 * for, or where the platform did not follow: a phase whose mark is missing was not tried.
 */
export const MARKS = {
  /** P0: the gauge of the only pod was set to the first value, to the second, and both came out of the API. */
  first: 'gauge set first',
  second: 'gauge set to the target',
  followed: 'gauge followed',
  /** P1: the autoscaler has read the target; the window is over. */
  created: 'autoscaler created',
  steady: 'steady',
  steadyOver: 'steady over',
  /** P2: the gauge is at twice the target; the API shows it; two replicas are ready and have told their devices. */
  raised: 'raised',
  raisedShown: 'raised value shown',
  two: 'two replicas',
  /** P3: far above the target on both; maxReplicas holds; another such value, to date the last round; the window is over. */
  flooded: 'flooded',
  limit: 'at the limit',
  floodedAnew: 'flooded anew',
  limitOver: 'limit over',
  /** P4: below the target on both; one replica is left. */
  lowered: 'lowered',
  shrunk: 'shrunk',
} as const;

/** The cases that judge that act, in the order of its phases. */
export const PHASES = [
  'metric-arrives',
  'steady-at-the-target',
  'scales-up',
  'stops-at-the-most',
  'scales-down',
] as const;

/** Gauge values of the phases; the target is 100 (autoscaler.ts). */
export const VALUES = { first: 137, raised: 200, flood: 10_000, floodAnew: 9000, low: 45 } as const;

/** The group of everything that belongs to that Deployment, and its name. */
export const MAIN = 'main';

/** The finding of a phase that was not tried because what it stands on was not there; undefined when it was tried. */
export function notTried(timeline: Timeline, mark: string, claim: string, see: string): Finding | undefined {
  if (timeline.mark(mark) !== undefined) return undefined;
  const { end } = timeline;
  if (end?.how === 'completed')
    return undecided(
      'environment',
      claim,
      `it was not tried: the act did not come to "${mark}"`,
      [end.seq],
      `See ${see}.`,
    );
  return undecided(
    end?.class ?? 'interrupted',
    claim,
    `not decided: the act did not come to "${mark}"`,
    [],
    end?.remedy,
  );
}

const LOOK =
  'See the autoscaler (kubectl describe hpa) and the log of kube-controller-manager; look for other controllers and policies that change it or its Deployment.';

export const autoscalerOf = (timeline: Timeline, group: string): Selection =>
  timeline.objects({ of: AUTOSCALER, group });
export const deploymentOf = (timeline: Timeline, group: string): Selection =>
  timeline.objects({ of: DEPLOYMENT, group });

/** Some object does: with `exactly(1, ...)` for group conditions of a single object. */
const one = (condition: (object: RecordedObject) => true | string) => all(condition, 1);

/** The autoscaler reads the metric of the pods at its target. */
function readsTheMetric(timeline: Timeline, group: string, window: Window): Finding {
  return expectSeen(autoscalerOf(timeline, group), reads(TARGET), window, {
    claim: `the autoscaler reads the metric of the pods as the API serves it: ${TARGET}`,
    otherwise: 'the autoscaler never read the metric',
    remedy:
      'See whether the autoscaler may read custom.metrics.k8s.io (its ServiceAccount kube-system/horizontal-pod-autoscaler), and its conditions.',
  });
}

/** A number of replicas is neither wished away by the autoscaler nor changed on the Deployment, for as long as it has to last. */
export function keeps(
  timeline: Timeline,
  asked: { group: string; replicas: number; window: Window; lasting: number; while: string },
): Finding[] {
  const { group, replicas, window, lasting } = asked;
  return [
    expectNever(autoscalerOf(timeline, group), wantsOtherThan(replicas), window, {
      claim: `${asked.while} the autoscaler wants ${replicas === 1 ? 'one replica' : `${replicas} replicas`}`,
      otherwise: `${asked.while} the autoscaler wanted another number of replicas than ${replicas}`,
      remedy: LOOK,
      lasting,
    }),
    expectNever(deploymentOf(timeline, group), scaledOtherThan(replicas), window, {
      claim: `${asked.while} the Deployment stays at ${replicas === 1 ? 'one replica' : `${replicas} replicas`}`,
      otherwise: `${asked.while} the Deployment was scaled`,
      remedy: LOOK,
      lasting,
    }),
  ];
}

/** P1: at exactly the target nothing moves, while the autoscaler is at work. */
export function steady(timeline: Timeline, times: Times): Finding[] {
  const untried = notTried(timeline, MARKS.created, 'at exactly the target nothing moves', 'metric-arrives');
  if (untried !== undefined) return [untried];
  const before = readsTheMetric(timeline, MAIN, timeline.after(MARKS.created));
  if (timeline.mark(MARKS.steady) === undefined) return [before];
  const window = timeline.between(MARKS.steady, MARKS.steadyOver);
  return [
    before,
    ...keeps(timeline, {
      group: MAIN,
      replicas: 1,
      window,
      lasting: times.steady,
      while: 'at exactly the target',
    }),
    expectNever(autoscalerOf(timeline, MAIN), unable, window, {
      claim: 'at exactly the target the autoscaler is able to scale all the time',
      otherwise: 'the autoscaler was not able to scale',
      remedy: LOOK,
      lasting: times.steady,
    }),
    hasItsMetric(timeline, window, times.steady),
  ];
}

/**
 * A metric that is lost for a moment, because a scrape came too late, is no flapping and decides nothing; one that is lost for longer
 * leaves open what the autoscaler would have done with it.
 */
function hasItsMetric(timeline: Timeline, window: Window, lasting: number): Finding {
  const settle = lasting / 4;
  const claim = `at exactly the target the autoscaler has its metric, losses of less than ${showDuration(settle)} aside`;
  const otherwise = 'the autoscaler had no metric to act on';
  const found = expectAlways(autoscalerOf(timeline, MAIN), one(active), window, { claim, otherwise, settle, lasting });
  if (found.outcome !== 'fail') return found;
  const remedy =
    'See why pods are not collected without interruption: a scrape that takes longer than its timeout, a busy node or store.';
  return undecided('environment', claim, found.message, found.evidence, remedy);
}

/** P2: twice the target gives twice the replicas: wished for, asked of the Deployment, and running. Devices are looked at by themselves. */
export function growsByTheMetric(timeline: Timeline): Finding[] {
  const { raised: value } = VALUES;
  const untried = notTried(
    timeline,
    MARKS.raised,
    `at an average of ${value} a replica is added`,
    'steady-at-the-target',
  );
  if (untried !== undefined) return [untried];
  const replicas = 2;
  const group = MAIN;
  const window = timeline.after(MARKS.steadyOver);
  const arithmetic = `⌈1 · ${value} / ${TARGET}⌉ = ${replicas}`;
  return [
    expectSeen(autoscalerOf(timeline, group), readsAndWants(value, replicas), window, {
      claim: `at an average of ${value} the autoscaler wants ${arithmetic} replicas`,
      otherwise: `the autoscaler did not want ${arithmetic} replicas`,
      remedy: LOOK,
    }),
    expectSeen(deploymentOf(timeline, group), scaledTo(replicas), window, {
      claim: `the Deployment is scaled to ${replicas}`,
      otherwise: `the Deployment was never scaled to ${replicas}`,
      remedy: `${LOOK} Its condition AbleToScale says why it cannot change the scale.`,
    }),
    expectEventually(timeline.pods({ group }), atLeast(replicas, ready), window, {
      claim: 'the new replica is bound, running and ready beside the first',
      otherwise: 'the new replica did not become ready',
    }),
  ];
}

/** How long the autoscaler took to act once the API served the value: the T of every window after it. */
function reaction(
  timeline: Timeline,
  group: string,
  wanted: { from: string; value: number; replicas: number },
): number {
  const condition = one(readsAndWants(wanted.value, wanted.replicas));
  return firstMoment(autoscalerOf(timeline, group), condition, timeline.after(wanted.from))?.after ?? 0;
}

/** P3: a hundred times the target changes nothing above maxReplicas, and the autoscaler says that this is why. */
export function keepsTheBound(timeline: Timeline, times: Times): Finding[] {
  const untried = notTried(timeline, MARKS.flooded, 'far above the target no more than maxReplicas run', 'scales-up');
  if (untried !== undefined) return [untried];
  const held = expectSeen(autoscalerOf(timeline, MAIN), heldAtMost(VALUES.flood), timeline.after(MARKS.flooded), {
    claim: `at an average of ${VALUES.flood} it says that maxReplicas holds it (ScalingLimited, TooManyReplicas)`,
    otherwise: 'it never said that maxReplicas holds it',
    remedy: LOOK,
  });
  const window = timeline.between(MARKS.limit, MARKS.limitOver);
  const t = reaction(timeline, MAIN, { from: MARKS.raisedShown, value: VALUES.raised, replicas: 2 });
  const lasting = quietFor(times, t);
  return [
    held,
    ...keeps(timeline, { group: MAIN, replicas: 2, window, lasting, while: 'far above the target, at maxReplicas,' }),
  ];
}

/** What of an autoscaler's spec differs from what was sent: told, since it explains what follows; it decides nothing. */
export function changedOnItsWay(timeline: Timeline, group = MAIN): Finding[] {
  const [object] = autoscalerOf(timeline, group).objects;
  const state = object?.states[0];
  const answer = timeline
    .answers({ method: 'POST' })
    .find((one) => one.ref?.kind === 'HorizontalPodAutoscaler' && one.ref.name === object?.ref.name);
  if (state === undefined || answer === undefined) return [];
  const wanted = leaves((answer.sent as { spec?: unknown } | undefined)?.spec);
  const kept = new Map(leaves(state.body['spec']));
  const changed = wanted.filter(([path, value]) => kept.get(path) !== value);
  if (changed.length === 0) return [];
  const words = changed.map(([path, value]) => `${path} ${value} → ${kept.get(path) ?? 'none'}`).join(', ');
  const claim = 'the autoscaler was changed when it was created';
  return [remark(claim, `${words}: look for an admission webhook or policy`, [answer.seq, state.seq])];
}

/** `behavior.scaleDown.stabilizationWindowSeconds` -> `60`. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

/** So many pods that nobody is deleting. */
export const standing = (count: number) =>
  exactly(
    count,
    named(
      'standing',
      (pod: RecordedObject) => pod.metadata.deletionTimestamp === undefined || `${text(pod, 'metadata.name')} is going`,
    ),
  );
