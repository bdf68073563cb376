import { all, type Bench, type Handle, metered, type SharedAct, type Target } from '../../case-kit/index.ts';
import {
  autoscaler,
  deploy,
  heldAtMost,
  podsOf,
  quietFor,
  reads,
  readsAndWants,
  START,
  scaledOtherThan,
  scaledTo,
  setGauge,
  TARGET,
  type Times,
  untilReady,
  wantsOtherThan,
} from './autoscaler.ts';
import { type AcceleratorTarget, HOLDER } from './devices.ts';
import { type OpenPipeline, openPipeline, type Pipeline } from './pipeline.ts';
import { allocated, exists } from './scale-down-judging.ts';
import { MAIN, MARKS, PHASES, standing, VALUES } from './scaling-judging.ts';

/** What the cases of P0-P4 are called with. Plain JSON. */
export interface UpAndDownParams {
  readonly pipeline: Pipeline;
  readonly accelerator: AcceleratorTarget;
  readonly times: Times;
}

/** How long before the end of P3's window the gauges are set anew, to date the autoscaler's last round in it. Milliseconds. */
const ANEW_BEFORE_END = 5000;

const within = (ms: number): { within: number; otherwise: 'go-on' } => ({ within: ms, otherwise: 'go-on' });

/**
 * One Deployment with accelerators goes through P0 (pipeline), P1 (steady), P2 (up), P3 (bound) and P4 (down), one after the other,
 * since each stands on the one before. The act ends behind the last phase that was asked for, and where the platform does not follow.
 */
export const UP_AND_DOWN: SharedAct<UpAndDownParams> = { name: 'pod_autoscaling up and down', act: upAndDown };

async function upAndDown(bench: Bench, params: UpAndDownParams, asked: ReadonlySet<string>): Promise<void> {
  const last = PHASES.findLastIndex((phase) => asked.has(`pod_autoscaling/${phase}`));
  const stage = await setUp(bench, params);
  if (!(await followsGauge(stage)) || last < 1) return;
  const hpa = await staysSteady(stage);
  if (hpa === undefined || last < 2) return;
  const reaction = await goesUp(stage, hpa);
  if (reaction === undefined || last < 3) return;
  if (!(await staysBelowMost(stage, hpa, reaction)) || last < 4) return;
  await goesDown(stage, hpa);
}

/** What every phase works on. */
interface Stage {
  readonly bench: Bench;
  readonly params: UpAndDownParams;
  readonly pipeline: OpenPipeline;
  readonly deployment: Handle;
  /** The claims of the pods, where accelerators are claimed. */
  readonly claims: Target | undefined;
}

async function setUp(bench: Bench, params: UpAndDownParams): Promise<Stage> {
  const { accelerator, times } = params;
  const { ask } = accelerator;
  const pipeline = await openPipeline(bench, params.pipeline, times);
  const { namespace } = pipeline;
  const claims =
    ask.mode === 'dra' ? await bench.observe({ of: `${ask.apiVersion ?? ''}/ResourceClaim`, namespace }) : undefined;
  const [deployment] = await Promise.all([deploy(bench, pipeline, { name: MAIN, accelerator }), pipeline.start()]);
  await untilReady(bench, MAIN, 1, { within: START, otherwise: 'throw' });
  return { bench, params, pipeline, deployment, claims };
}

/** Sets the gauge of every pod, of which there have to be `count`, and the mark after it. */
async function set({ bench, params, pipeline }: Stage, value: number, count: number, mark: string): Promise<void> {
  // One that is not ready for a moment would keep its old value, and the average would be neither the old nor the new one.
  await untilReady(bench, MAIN, count, { within: params.times.up, otherwise: 'throw' });
  const pods = podsOf(bench, MAIN);
  await setGauge(bench, pipeline.namespace, pods, value);
  bench.mark(mark, { value, pods });
}

function shown({ bench, pipeline }: Stage, value: number): Promise<boolean> {
  return pipeline.shows(podsOf(bench, MAIN), value);
}

/** P0. Beginning elsewhere than at the target, so that a constant cannot be taken for the target. */
async function followsGauge(stage: Stage): Promise<boolean> {
  await set(stage, VALUES.first, 1, MARKS.first);
  if (!(await shown(stage, VALUES.first))) return false;
  await set(stage, TARGET, 1, MARKS.second);
  if (!(await shown(stage, TARGET))) return false;
  stage.bench.mark(MARKS.followed);
  return true;
}

/** P1. The autoscaler is made here: until now nothing could have scaled. */
async function staysSteady(stage: Stage): Promise<Handle | undefined> {
  const { bench, params, pipeline } = stage;
  const { namespace } = pipeline;
  const { stabilization, up, steady } = params.times;
  const hpa = await bench.create(
    autoscaler({ name: MAIN, namespace, metric: metered.METRICS.queueDepth, maxReplicas: 2, stabilization }),
    { group: MAIN },
  );
  bench.mark(MARKS.created);
  if (!(await bench.until(hpa, reads(TARGET), within(up)))) return undefined;
  bench.mark(MARKS.steady);
  const still = await quiet(stage, hpa, 1, steady);
  bench.mark(MARKS.steadyOver);
  return still ? hpa : undefined;
}

/** P2. Milliseconds that the autoscaler took once the API showed the value; undefined when it did not come to two replicas. */
async function goesUp(stage: Stage, hpa: Handle): Promise<number | undefined> {
  const { bench, params, deployment, pipeline } = stage;
  const { namespace } = pipeline;
  const { up } = params.times;
  await set(stage, VALUES.raised, 1, MARKS.raised);
  if (!(await shown(stage, VALUES.raised))) return undefined;
  bench.mark(MARKS.raisedShown);
  if (!(await bench.until(hpa, readsAndWants(VALUES.raised, 2), within(up)))) return undefined;
  const reaction = bench.since(MARKS.raisedShown);
  if (!(await bench.until(deployment, scaledTo(2), within(up)))) return undefined;
  if (!(await untilReady(bench, MAIN, 2, within(up)))) return undefined;
  const pods = podsOf(bench, MAIN).map((name) => ({ apiVersion: 'v1', kind: 'Pod', namespace, name }));
  await Promise.all(pods.map((pod) => bench.logs(pod, HOLDER)));
  bench.mark(MARKS.two);
  return reaction;
}

/**
 * P3. False when more than maxReplicas came. Near the end another value as high is set, so that the timeline shows when the autoscaler
 * last acted on one: P4 counts from there.
 */
async function staysBelowMost(stage: Stage, hpa: Handle, reaction: number): Promise<boolean> {
  const { bench, params } = stage;
  const { up } = params.times;
  const during = quietFor(params.times, reaction);
  await set(stage, VALUES.flood, 2, MARKS.flooded);
  await bench.until(hpa, heldAtMost(VALUES.flood), within(up));
  bench.mark(MARKS.limit);
  let still = await quiet(stage, hpa, 2, Math.max(0, during - ANEW_BEFORE_END));
  if (still) {
    await set(stage, VALUES.floodAnew, 2, MARKS.floodedAnew);
    await bench.until(hpa, reads(VALUES.floodAnew), within(up));
    still = await quiet(stage, hpa, 2, Math.max(0, during - bench.since(MARKS.limit)));
  }
  bench.mark(MARKS.limitOver);
  return still;
}

/** P4. */
async function goesDown(stage: Stage, hpa: Handle): Promise<void> {
  const { bench, params, deployment, claims } = stage;
  const { stabilization, down, up } = params.times;
  const most = within(stabilization * 1000 + down);
  await set(stage, VALUES.low, 2, MARKS.lowered);
  if (!(await bench.until(hpa, reads(VALUES.low), within(up)))) return;
  if (!(await bench.until(deployment, scaledTo(1), most))) return;
  if (!(await bench.until(bench.pods({ group: MAIN }), standing(1), within(down)))) return;
  if (!(await bench.until(bench.pods({ group: MAIN }), all(exists, 1), within(down)))) return;
  if (claims !== undefined && !(await bench.until(claims, all(allocated, 1), within(down)))) return;
  bench.mark(MARKS.shrunk);
}

/** Keeps watching the autoscaler and its Deployment; ends early, with false, when one of them moves away from that many replicas. */
async function quiet({ bench, deployment }: Stage, hpa: Handle, replicas: number, during: number): Promise<boolean> {
  const still = await Promise.all([
    bench.quiet(hpa, { during, unless: wantsOtherThan(replicas) }),
    bench.quiet(deployment, { during, unless: scaledOtherThan(replicas) }),
  ]);
  return still.every((one) => one);
}
