import {
  type Bench,
  type EntryOf,
  type Finding,
  type Handle,
  metered,
  passes,
  type SharedAct,
  type Timeline,
  undecided,
  type Window,
} from '../../case-kit/index.ts';
import {
  autoscaler,
  type Container,
  deploy,
  podsOf,
  quietFor,
  reads,
  START,
  scaledOtherThan,
  scaledTo,
  setGauge,
  TARGET,
  type Times,
  untilReady,
  wants,
  wantsOtherThan,
  withoutMetric,
} from './autoscaler.ts';
import { type OpenPipeline, openPipeline, type Pipeline } from './pipeline.ts';

const BURNER = 'burner';
/** Cores that a burner asks for, and the most that it gets. */
const REQUEST = 0.01;
const LIMIT = 0.1;

/**
 * Keeps its CPU at the limit, ten times what it asks for, and prints `cpu TICKS UPTIME` now and then: hundredths of a second that it has
 * computed (utime + stime of proc_pid_stat(5)), and that the machine is up. (`$$` would not do: Kubernetes makes one `$` of two in a command.)
 */
const burner: Container = {
  name: BURNER,
  script: `
trap 'exit 0' TERM
while :; do
  i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done
  read -r stat < /proc/self/stat
  set -- $stat
  read -r up rest < /proc/uptime
  echo "cpu $((\${14} + \${15})) \${up%.*}\${up#*.}"
done
`,
  resources: { requests: { cpu: `${REQUEST * 1000}m` }, limits: { cpu: `${LIMIT * 1000}m` } },
};

/** Hundredths of a second, of both. */
interface Reading {
  readonly used: number;
  readonly up: number;
  readonly seq: number;
}

function lastReading(log: EntryOf<'log'> | undefined): Reading | undefined {
  const [, used, up] = [...(log?.text.matchAll(/^cpu (\d+) (\d+)$/gm) ?? [])].at(-1) ?? [];
  return log === undefined || used === undefined || up === undefined
    ? undefined
    : { used: Number(used), up: Number(up), seq: log.seq };
}

/**
 * The CPU was really under load during the window: what the burner of each pod computed between two readings, against what it asks for.
 * Any autoscaler on CPU, whose target is at most all of the request, would add replicas at twice the request.
 */
export function burns(timeline: Timeline, window: Window, pods: number): Finding {
  const claim = 'the CPU of every replica is at least at twice its request meanwhile (control)';
  const logs = timeline.logs({ container: BURNER });
  const names = [...new Set(logs.map((log) => log.pod))];
  const loads = names.flatMap((pod) => {
    const own = logs.filter((log) => log.pod === pod);
    const first = lastReading(own.find((log) => log.seq >= window.fromSeq));
    const last = lastReading(own.findLast((log) => log.seq <= window.toSeq));
    if (first === undefined || last === undefined || last.up <= first.up) return [];
    return [{ pod, cores: (last.used - first.used) / (last.up - first.up), evidence: [first.seq, last.seq] }];
  });
  const evidence = loads.flatMap((load) => load.evidence);
  const words = loads.map(({ pod, cores }) => `${pod} ${Math.round((100 * cores) / REQUEST)} %`).join(', ');
  if (loads.length < pods)
    return undecided('environment', claim, `${loads.length} of ${pods} burners told what they used`, evidence);
  const idle = loads.find(({ cores }) => cores < 2 * REQUEST);
  if (idle === undefined) return passes(claim, `of its request: ${words}`, evidence);
  return undecided(
    'environment',
    claim,
    `of its request: ${words}`,
    evidence,
    'The node has no CPU to spare: run again when it is less busy.',
  );
}

/** What the cases of N1 and N2 are called with. Plain JSON. */
export interface BesideTheMetricParams {
  readonly pipeline: Pipeline;
  readonly times: Times;
}

/** The Deployment that loses its metric, and the one whose CPU is under load. */
export const BLIND = 'blind';
export const BUSY = 'busy';

/**
 * Asks for a second replica whatever the tolerance is: a tenth by default, more by kube-controller-manager
 * --horizontal-pod-autoscaler-tolerance or behavior.scaleUp.tolerance. Until the gauge is back at the target, the average of the two may ask
 * for a third: there is none to be had before both have settled.
 */
export const RISE = 190;
const SETTLED = 2;
const MOST = 3;

/** Marks of the two halves; `at(BLIND).settled`. */
export const marksOf = (group: string) =>
  ({
    /** The API shows the risen gauge and the autoscaler has been made. */
    watched: `${group}: autoscaler created`,
    settled: `${group}: two replicas at the target`,
    /** Only BLIND: /metrics of both pods answers 404; the autoscaler has said that it has no metric. */
    off: `${group}: metrics off`,
    lost: `${group}: metric lost`,
    over: `${group}: over`,
  }) as const;

/**
 * Two Deployments grow from one to two replicas of one to three by their metric. Then one loses it, and the other's CPU is under load while
 * its metric stays at the target. Neither may move. Their pods hold no accelerators: an autoscaler never sees the devices of pods, and this
 * must not keep devices from what needs them.
 */
export const BESIDE_THE_METRIC: SharedAct<BesideTheMetricParams> = {
  name: 'pod_autoscaling beside the metric',
  act: besideTheMetric,
};

async function besideTheMetric(bench: Bench, params: BesideTheMetricParams, asked: ReadonlySet<string>): Promise<void> {
  const groups = [BLIND, BUSY].filter((group) => asked.has(caseOf(group)));
  const pipeline = await openPipeline(bench, params.pipeline, params.times);
  const deployments = await Promise.all(
    groups.map((name) => deploy(bench, pipeline, { name, beside: name === BUSY ? [burner] : [] })),
  );
  await pipeline.start();
  const halves = deployments.map((deployment) => {
    const half: Half = { bench, pipeline, times: params.times, deployment, group: deployment.name };
    return half.group === BLIND ? losesItsMetric(half) : burnsCpu(half);
  });
  await Promise.all(halves);
}

/** The case that judges a Deployment. */
function caseOf(group: string): string {
  return `pod_autoscaling/${group === BLIND ? 'without-its-metric-nothing-moves' : 'cpu-alone-moves-nothing'}`;
}

/** One of the two Deployments. */
interface Half {
  readonly bench: Bench;
  readonly pipeline: OpenPipeline;
  readonly times: Times;
  readonly deployment: Handle;
  readonly group: string;
}

const within = (ms: number): { within: number; otherwise: 'go-on' } => ({ within: ms, otherwise: 'go-on' });

/** Two replicas by the metric. `reaction`: milliseconds that the autoscaler took; undefined when it did not come to that. */
async function grow({ bench, pipeline, times, deployment, group }: Half): Promise<Grown | undefined> {
  const { namespace } = pipeline;
  const marks = marksOf(group);
  await untilReady(bench, group, 1, { within: START, otherwise: 'throw' });
  const first = podsOf(bench, group);
  await setGauge(bench, namespace, first, RISE);
  if (!(await pipeline.shows(first, RISE))) return undefined;
  const hpa = await bench.create(
    // Down at once: nothing may be hidden by a window in which lower wishes are not heeded.
    autoscaler({ name: group, namespace, metric: metered.METRICS.queueDepth, maxReplicas: SETTLED, stabilization: 0 }),
    { group },
  );
  bench.mark(marks.watched);
  if (!(await bench.until(hpa, wants(2), within(times.up)))) return undefined;
  const reaction = bench.since(marks.watched);
  await setGauge(bench, namespace, first, TARGET);
  if (!(await bench.until(deployment, scaledTo(2), within(times.up)))) return undefined;
  if (!(await untilReady(bench, group, 2, within(times.up)))) return undefined;
  const pods = podsOf(bench, group);
  if (!(await pipeline.shows(pods, TARGET))) return undefined;
  if (!(await bench.until(hpa, reads(TARGET), within(times.up)))) return undefined;
  // From here on it could go up as well as down.
  await bench.patch(hpa.ref, { spec: { maxReplicas: MOST } });
  return { hpa, pods, reaction };
}

interface Grown {
  readonly hpa: Handle;
  readonly pods: readonly string[];
  readonly reaction: number;
}

/** N1. */
async function losesItsMetric(half: Half): Promise<void> {
  const { bench, pipeline, times, group } = half;
  const marks = marksOf(group);
  const grown = await grow(half);
  if (grown === undefined) return;
  const { hpa, pods, reaction } = grown;
  bench.mark(marks.settled);
  await Promise.all(pods.map((name) => metered.serveMetrics(bench, { name, namespace: pipeline.namespace }, false)));
  bench.mark(marks.off);
  // Stores may hold the last sample for some minutes.
  if (await bench.until(hpa, withoutMetric, within(times.up + times.pipeline))) {
    bench.mark(marks.lost);
    await stays(half, quietFor(times, reaction));
  }
  bench.mark(marks.over);
}

/** N2. The burners tell what they used before and after. */
async function burnsCpu(half: Half): Promise<void> {
  const { bench, pipeline, times, group } = half;
  const marks = marksOf(group);
  const grown = await grow(half);
  if (grown === undefined) return;
  const { hpa, pods, reaction } = grown;
  const told = async (): Promise<void> => {
    const { namespace } = pipeline;
    await Promise.all(pods.map((name) => bench.logs({ apiVersion: 'v1', kind: 'Pod', namespace, name }, BURNER)));
  };
  bench.mark(marks.settled);
  await told();
  await stays(half, quietFor(times, reaction), hpa);
  await told();
  bench.mark(marks.over);
}

/** Keeps watching; ends early when the Deployment is scaled, or when the autoscaler (given one that has its metric) wants that. */
async function stays({ bench, deployment }: Half, during: number, hpa?: Handle): Promise<void> {
  await Promise.all([
    bench.quiet(deployment, { during, unless: scaledOtherThan(2) }),
    ...(hpa === undefined ? [] : [bench.quiet(hpa, { during, unless: wantsOtherThan(2) })]),
  ]);
}
