import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, PlimsollError } from '../../errors.ts';
import { showDuration } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { KindName, KubeObject } from '../../kube/object.ts';
import { BY_ANNOTATION, CASE_LABEL, RUN_LABEL, SEEN_ANNOTATION } from '../labels.ts';

/** Another run of which something is in the cluster. */
export interface OtherRun {
  readonly run: string;
  /** `user@machine`; undefined where it did not say. */
  readonly by: string | undefined;
  /** When its oldest object was made. */
  readonly since: Date;
  /** False: it has not said for a while that it is at work, and has most likely been killed. */
  readonly alive: boolean;
  /** What it is doing: its cases by their labels, and the nodes on which it has pods. */
  readonly cases: readonly string[];
  readonly nodes: readonly string[];
}

/** A run that has said nothing for so long is not at work any more (it says so every 30 s; clocks differ a little). */
const SILENT_MS = 150_000;
/** Objects of a run that never said anything (an older version): taken for live as long as the newest of them is not older. */
const YOUNG_MS = 30 * 60_000;
/** At the latest after so long it is looked anew: that a run has been killed is no event. */
const LOOK_MS = 20_000;

const WHERE: readonly KindName[] = ['scheduling.k8s.io/v1/PriorityClass', 'v1/Namespace', 'v1/Pod'];

/** Every other run with live objects here, by their labels. Kinds that may not be read show nothing. */
export async function findOtherRuns(cluster: Cluster, run: string, now = new Date()): Promise<readonly OtherRun[]> {
  const labels = `${RUN_LABEL},${RUN_LABEL}!=${run}`;
  const [classes = [], namespaces = [], pods = []] = await Promise.all(
    WHERE.map((kind) => readable(cluster, kind, labels)),
  );
  return otherRunsOf({ classes, namespaces, pods }, now);
}

/** The same from what was read. Pure. */
export function otherRunsOf(
  found: Readonly<Record<'classes' | 'namespaces' | 'pods', readonly KubeObject[]>>,
  now: Date,
): readonly OtherRun[] {
  const all = [...found.classes, ...found.namespaces];
  const runs = Map.groupBy(all, ({ metadata }) => metadata.labels?.[RUN_LABEL] ?? '');
  return [...runs].map(([run, objects]) => {
    const made = objects.map(({ metadata }) => Date.parse(String(metadata.creationTimestamp))).filter(Number.isFinite);
    const presence = found.classes.find(({ metadata }) => metadata.labels?.[RUN_LABEL] === run);
    const said = Date.parse(presence?.metadata.annotations?.[SEEN_ANNOTATION] ?? '');
    const newest = Math.max(...made);
    const alive = Number.isFinite(said) ? +now - said < SILENT_MS : +now - newest < YOUNG_MS;
    const own = (object: KubeObject): boolean => object.metadata.labels?.[RUN_LABEL] === run;
    return {
      run,
      by: presence?.metadata.annotations?.[BY_ANNOTATION],
      since: new Date(Math.min(...made)),
      alive,
      cases: unique(found.namespaces.filter(own).map(({ metadata }) => metadata.labels?.[CASE_LABEL] ?? '')),
      nodes: unique(found.pods.filter(own).map((pod) => nodeOf(pod))),
    };
  });
}

/** `run 1a2b3c4d, by ann@laptop, at work since 12:00:05Z, on node-1, node-2 (2 cases: ...)`. */
export function showOtherRun({ run, by, since, cases, nodes }: OtherRun): string {
  const what =
    cases.length === 0
      ? ''
      : ` (${cases.length} cases: ${cases.slice(0, 3).join(', ')}${cases.length > 3 ? ', ...' : ''})`;
  const where = nodes.length === 0 ? '' : `, on ${nodes.join(', ')}`;
  return `run ${run}${by === undefined ? '' : `, by ${by}`}, at work since ${since.toISOString()}${where}${what}`;
}

export interface Waiting {
  /** Milliseconds to wait for the others; undefined: not at all. */
  readonly wait: number | undefined;
  readonly signal: AbortSignal;
  /** Told what is being waited for, anew when it is somebody else. */
  readonly progress: (message: string) => void;
}

/**
 * Returns when no other run is at work on the cluster. Two runs at once take each other's devices, nodes and quotas, and neither could say
 * anything of the platform.
 * @throws PlimsollError `another-run`
 */
export async function untilAlone(cluster: Cluster, run: string, { wait, signal, progress }: Waiting): Promise<void> {
  const since = performance.now();
  let last = '';
  const left = (): number => (wait ?? 0) - (performance.now() - since);
  for (;;) {
    const others = (await findOtherRuns(cluster, run)).filter(({ alive }) => alive);
    if (others.length === 0) return;
    if (wait === undefined || left() <= 0) throw anotherRun(others, wait);
    const who = others.map((other) => other.run).join();
    if (who !== last) progress(`waiting up to ${showDuration(left())} for ${others.map(showOtherRun).join('; ')}`);
    last = who;
    await change(cluster, run, Math.min(left(), LOOK_MS), signal);
  }
}

/** What a run throws that finds another one at work. */
export function anotherRun(others: readonly OtherRun[], waited?: number): PlimsollError {
  const names = others.map(({ run }) => run).join(', ');
  const still = waited === undefined ? '' : ` (waited ${showDuration(waited)})`;
  return new PlimsollError(
    'another-run',
    `another run is at work on this cluster${still}: ${others.map(showOtherRun).join('; ')}`,
    `Wait for it with --wait 30m. If ${names} is not at work any more: plimsoll cleanup --run ${others[0]?.run ?? 'ID'}`,
    { exitCode: EXIT.inconclusive },
  );
}

/** Until something of another run changes, or so long. */
async function change(cluster: Cluster, run: string, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const stop = new AbortController();
  const watch = cluster.watch('v1/Namespace', { labels: `${RUN_LABEL},${RUN_LABEL}!=${run}`, signal: stop.signal });
  const gone = async (): Promise<void> => {
    for await (const event of watch) if (event.type === 'DELETED') return;
  };
  try {
    // A watch that ends (a refusal) is no reason to look sooner.
    const watched = gone().catch(() => delay(ms, undefined, { signal: stop.signal }));
    watched.catch(() => {});
    await Promise.race([watched, delay(ms, undefined, { signal: AbortSignal.any([signal, stop.signal]) })]);
  } finally {
    stop.abort();
    watch.close();
  }
}

async function readable(cluster: Cluster, kind: KindName, labels: string): Promise<readonly KubeObject[]> {
  try {
    return await cluster.list(kind, { labels, timeoutMs: 10_000 }).all();
  } catch (error) {
    if (error instanceof PlimsollError) return [];
    throw error;
  }
}

function nodeOf(pod: KubeObject): string {
  const spec = pod['spec'] as { nodeName?: unknown } | undefined;
  return typeof spec?.nodeName === 'string' ? spec.nodeName : '';
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== ''))].sort();
}
