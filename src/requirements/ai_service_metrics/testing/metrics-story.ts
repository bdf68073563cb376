import type { Case, Finding, RecordedObject } from '../../../case-kit/index.ts';
import { ASK_NAME } from '../../../case-kit/metered-service/collect.ts';
import { completionsOf, ownMetricsOf } from '../../../case-kit/metered-service/drive.ts';
import { LATENCY_BOUNDS, METRICS } from '../../../case-kit/metered-service/metric-names.ts';
import { CONFIGURATION, recorded } from '../../../case-kit/metered-service/scrape-configuration.ts';
import { readScrapeJobs } from '../../../case-kit/metered-service/scrape-jobs.ts';
import { pod } from '../../../evidence/testing/pod.ts';
import { judged, resultOf } from '../../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../../evidence/testing/scripted-timeline.ts';
import { COUNTED, DEPTH, FIRST, GROUP, JOINED, LOOKS, MORE, P, type Params, REPLACED, THIRD } from '../instances.ts';

const RUN = 'plimsoll-test-1';
const store = {
  title: 'Prometheus monitoring/k8s',
  ref: { apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', name: 'k8s', namespace: 'monitoring' },
  parts: [{ namespace: 'monitoring', service: 'prometheus-operated', port: 'web', scheme: 'http', path: '' }],
} as const;
const way = {
  monitor: 'monitoring.coreos.com/v1/PodMonitor',
  shape: 'PodMonitor',
  labels: {},
  namespaceLabels: {},
} as const;
const PARAMS: Params = {
  collector: {
    id: 'p',
    solution: 'prometheus-operator',
    title: 'Prometheus',
    interval: '5s',
    ways: [way],
    stores: [store],
  },
  way,
  store,
  tolerations: [],
};

const annotations = { shape: 'annotations', labels: {}, namespaceLabels: {} } as const;
/** A Prometheus without an operator: pods ask it by annotations. */
const BY_ANNOTATIONS: Params = {
  ...PARAMS,
  collector: { ...PARAMS.collector, id: 'a', solution: 'annotations', ways: [annotations] },
  way: annotations,
};

/** A pod of the service as it stands: so many requests, and what its gauge says. */
interface Standing {
  readonly pod: string;
  readonly requests: number;
  readonly depth: number;
}

type Labels = Readonly<Record<string, string>>;
/** `[name, labels, value]`. */
export type Stored = readonly [name: string, labels: Labels, value: number];

/** Every sample of a pod, as an exposition has them. */
function samplesOf({ requests, depth }: Standing): Stored[] {
  const buckets = [...LATENCY_BOUNDS.map(String), '+Inf'].map(
    (le): Stored => [
      `${METRICS.latency}_bucket`,
      { run: RUN, le },
      le === '0.05' ? Math.floor(requests / 2) : requests,
    ],
  );
  return [
    [METRICS.requests, { run: RUN }, requests],
    ...buckets,
    [`${METRICS.latency}_sum`, { run: RUN }, requests / 10],
    [`${METRICS.latency}_count`, { run: RUN }, requests],
    [METRICS.promptTokens, { run: RUN }, requests * 5],
    [METRICS.generatedTokens, { run: RUN }, requests * 7],
    [METRICS.queueDepth, { run: RUN }, depth],
  ];
}

/** What a store that works has of these pods. */
export function stored(...pods: readonly Standing[]): Stored[] {
  return pods.flatMap((one) =>
    samplesOf(one).map(
      ([name, labels, value]): Stored => [
        name,
        { ...labels, pod: one.pod, instance: `10.0.0.${one.pod.length}:8080` },
        value,
      ],
    ),
  );
}

function exposition(standing: Standing): string {
  const line = ([name, labels, value]: Stored): string =>
    `${name}{${Object.entries(labels)
      .map(([key, of]) => `${key}="${of}"`)
      .join(',')}} ${value}`;
  const typed = (name: string, type: string, of: readonly Stored[]): string[] => [
    `# TYPE ${name} ${type}`,
    ...of.map(line),
  ];
  const all = samplesOf(standing);
  const starts = (name: string): Stored[] => all.filter(([one]) => one.startsWith(name));
  return `${[
    ...typed(METRICS.requests, 'counter', starts(METRICS.requests)),
    ...typed(METRICS.latency, 'histogram', starts(METRICS.latency)),
    ...typed(METRICS.promptTokens, 'counter', starts(METRICS.promptTokens)),
    ...typed(METRICS.generatedTokens, 'counter', starts(METRICS.generatedTokens)),
    ...typed(METRICS.queueDepth, 'gauge', starts(METRICS.queueDepth)),
  ].join('\n')}\n`;
}

const A = { pod: 'server-a', requests: FIRST[0], depth: DEPTH };
const B = { pod: 'server-b', requests: FIRST[1], depth: DEPTH };
const LATER = [A, B].map((one) => ({ ...one, requests: one.requests + MORE, depth: 0 }));
const C = { pod: 'server-c', requests: THIRD, depth: 0 };
const D = { pod: 'server-d', requests: 0, depth: 0 };
export const STANDING = { first: [A, B], later: LATER, third: [...LATER, C], last: [...LATER, D] } as const;

/** What the store answers to each look; one list of series, or what it says instead. `timed out`: the poll for it ran out after it. */
export interface MetricsStory {
  readonly looks?: Partial<
    Record<keyof typeof LOOKS, readonly Stored[] | { readonly status: number; readonly said: string }>
  >;
  readonly timedOut?: keyof typeof LOOKS;
  /** Requests that the pod itself counts beyond those that it answered. */
  readonly strayed?: number;
  /** Labels on the object that the store was found by. */
  readonly storeLabels?: Labels;
  readonly askStatus?: number;
  /** Pods ask by annotations, and when they were not collected the store answers this when it is asked for its configuration. */
  readonly configuration?: { readonly status: number; readonly said: string } | 'never asked';
}

const SOUND: Record<keyof typeof LOOKS, readonly Stored[]> = {
  answers: [['', {}, 1]],
  absent: [],
  unasked: [],
  collected: stored(...STANDING.first),
  exact: stored(...STANDING.first),
  fresh: stored(...STANDING.later),
  third: stored(...STANDING.third),
  gone: stored(...STANDING.last),
  control: [],
  targets: [],
};

/** What a run reports of a case whose act went as told; it ends where a poll ran out. */
export function told(judge: Case, story: MetricsStory = {}): string {
  return resultOf(judge, recordedAct(story));
}

/** What a case says of the story, finding by finding. */
export function findingsOf(judge: Case, story: MetricsStory = {}): readonly Finding[] {
  return judged(judge, recordedAct(story)).findings;
}

function recordedAct(story: MetricsStory): ScriptedTimeline {
  const params = story.configuration === undefined ? PARAMS : BY_ANNOTATIONS;
  const script = new ScriptedTimeline({ params }).watch('v1/Pod');
  if (tell(script, story)) return script.end({ how: 'aborted', class: 'environment', message: 'not collected' });
  return script.mark(P.replaced.to).completed();
}

function tell(script: ScriptedTimeline, story: MetricsStory): boolean {
  const look = (name: keyof typeof LOOKS): boolean => {
    const said = story.looks?.[name] ?? SOUND[name];
    const answer = Array.isArray(said)
      ? {
          status: 200,
          body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result: said.map(inJson) } }),
        }
      : { status: (said as { status: number }).status, body: (said as { said: string }).said };
    script.answer({ name: LOOKS[name], via: 'proxy', method: 'GET', ...answer });
    const over = story.timedOut === name;
    if (over)
      script.wait(180_000).waited({
        target: { of: 'poll', name: LOOKS[name] },
        condition: LOOKS[name],
        how: 'timed-out',
        within: 180_000,
      });
    return over;
  };
  const metadata = {
    name: 'k8s',
    namespace: 'monitoring',
    uid: 'u',
    ...(story.storeLabels === undefined ? {} : { labels: story.storeLabels }),
  };
  script.answer({ name: 'get', method: 'GET', status: 200, body: { metadata } });
  if (look('answers')) return true;
  look('absent');
  for (const name of ['server-a', 'server-b']) script.add(ready(name));
  for (const { pod: name, requests } of STANDING.first) serve(script, name, requests);
  for (const one of STANDING.first)
    script.answer({
      name: ownMetricsOf(one.pod),
      via: 'proxy',
      status: 200,
      body: exposition({ ...one, requests: one.requests + (story.strayed ?? 0) }),
      headers: { 'content-type': 'text/plain; version=0.0.4' },
    });
  script.mark(COUNTED, { pods: ['server-a', 'server-b'] });
  look('unasked');
  if (story.configuration === undefined) script.answer({ name: ASK_NAME, status: story.askStatus ?? 201 });
  script.mark(P.unasked.to);
  if (look('collected')) {
    look('targets');
    if (story.configuration !== undefined && story.configuration !== 'never asked')
      configured(script, story.configuration);
    return true;
  }
  look('exact');
  for (const { pod: name } of STANDING.first) serve(script, name, MORE);
  script.mark(P.collected.to);
  look('fresh');
  script.mark(P.joins.from).add(ready('server-c'));
  serve(script, 'server-c', THIRD);
  script.mark(JOINED, { pods: ['server-c'] });
  look('third');
  script.remove(ready('server-c')).add(ready('server-d'));
  script.mark(REPLACED, { pods: ['server-a', 'server-b', 'server-d'] });
  look('gone');
  look('control');
  return false;
}

/** As the act records it (`recordConfiguration`). */
function configured(script: ScriptedTimeline, { status, said }: { status: number; said: string }): void {
  script.answer({ name: CONFIGURATION, via: 'proxy', method: 'GET', status, body: said });
  script.mark(CONFIGURATION, recorded(annotations, RUN, readScrapeJobs(status, said)));
}

function inJson([name, labels, value]: Stored): unknown {
  return { metric: name === '' ? labels : { __name__: name, ...labels }, value: [1_800_000_000, String(value)] };
}

function serve(script: ScriptedTimeline, name: string, count: number): void {
  for (let n = 0; n < count; n++) script.answer({ name: completionsOf(name), via: 'proxy', status: 200 });
}

function ready(name: string): RecordedObject {
  const made = pod(name, { group: GROUP, node: 'n1', phase: 'Running' });
  const status = {
    ...(made['status'] as object),
    conditions: [{ type: 'Ready', status: 'True' }],
    podIPs: [{ ip: `10.0.0.${name.length}` }],
  };
  return { ...made, status };
}
