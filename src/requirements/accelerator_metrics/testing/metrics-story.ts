import { pod } from '../../../evidence/testing/pod.ts';
import { ScriptedTimeline } from '../../../evidence/testing/scripted-timeline.ts';
import type { MeteredNode } from '../../../inventory/metered-nodes.ts';
import { TABLES } from '../../../inventory/tables.ts';
import { type Endpoint, pathOf } from '../endpoints.ts';
import { holdersOf, restsMark, restsWait, worksMark, worksWait } from '../load-findings.ts';
import type { LoadTarget } from '../load-target.ts';

const GIB = 1024 ** 3;
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

export const OTEL = TABLES.acceleratorMetrics.filter(({ id }) => id === 'opentelemetry');
export const DCGM = TABLES.acceleratorMetrics.filter(({ id }) => id === 'nvidia-dcgm');

export function node(name: string, more: Partial<MeteredNode> = {}): MeteredNode {
  const base = { vendor: 'acme', advertised: ['acme.dev/gpu'], expected: 2, because: 'acme.dev/gpu offers 2 there' };
  return { node: name, ...base, free: 2, devices: [], ...more };
}

export function endpoint(on: string, more: Partial<Endpoint> = {}): Endpoint {
  const where = { namespace: 'monitoring', pod: `exporter-${on}`, port: 9464, path: '/metrics' };
  return { node: on, ...where, scheme: 'http', why: 'its port is called metrics', exporter: true, ...more };
}

export interface Told {
  readonly id: string;
  /** 0 to 1. */
  readonly busy?: number | string;
  readonly used?: number | string;
  readonly total?: number;
}

/** What an exporter with OpenTelemetry's names answers. */
export function exposition(devices: readonly Told[]): string {
  const lines = devices.flatMap(({ id, busy, used, total = GIB }) => [
    ...(busy === undefined ? [] : [`hw_gpu_utilization_ratio{hw_id="${id}"} ${busy}`]),
    ...(used === undefined ? [] : [`hw_gpu_memory_usage_bytes{hw_id="${id}"} ${used}`]),
    `hw_gpu_memory_limit_bytes{hw_id="${id}"} ${total}`,
  ]);
  const byName = [...Map.groupBy(lines, (line) => line.split('{')[0]).values()].flat();
  return `${byName.join('\n')}\n`;
}

export const IDLE: readonly Told[] = [
  { id: 'ACC-1', busy: 0.01, used: 0 },
  { id: 'ACC-2', busy: 0, used: 0 },
];

/** One answer of an endpoint. */
export function answered(
  script: ScriptedTimeline,
  from: Endpoint,
  body: string,
  more: { status?: number; type?: string; said?: string } = {},
): ScriptedTimeline {
  const { status = 200, type = TEXT, said } = more;
  return script.answer({
    name: 'scrape',
    via: 'proxy',
    method: 'GET',
    path: pathOf(from),
    status,
    body,
    headers: { 'content-type': type },
    ...(said === undefined ? {} : { said }),
  });
}

/** A story of the first case: which endpoints were found, and what each of them answered. */
export function atRest(
  answers: readonly (readonly [Endpoint, string, { status?: number; type?: string; said?: string }?])[],
  notReady: readonly object[] = [],
): ScriptedTimeline {
  const script = new ScriptedTimeline({ case: 'accelerator_metrics/test', requirement: 'accelerator_metrics' });
  script.mark('endpoints found', { endpoints: answers.map(([from]) => from), notReady });
  for (const [from, body, more] of answers) answered(script, from, body, more);
  return script.mark('all asked');
}

export function target(more: Partial<LoadTarget> = {}): LoadTarget {
  return {
    node: node('n1'),
    place: { node: 'n1', tolerations: [] },
    ask: { mode: 'device-plugin', name: 'acme.dev/gpu' },
    load: { vendor: 'acme', script: 'burn', allocates: { amount: 256, unit: 'MiB' } },
    runtimeClasses: [],
    holders: 2,
    devices: 2,
    shared: false,
    rows: OTEL,
    monitors: [],
    ...more,
  };
}

const MEMORY = 256 * 1024 ** 2;
/** ACC-1 at work, and ACC-2. */
export const BUSY: readonly Told[] = [
  { id: 'ACC-1', busy: 0.9, used: MEMORY },
  { id: 'ACC-2', busy: 0.02, used: 0 },
];
export const BUSY_2: readonly Told[] = [
  { id: 'ACC-1', busy: 0, used: 0 },
  { id: 'ACC-2', busy: 0.9, used: MEMORY },
];

/** Answers of one stretch, and how the wait for what they should show ended (null: it was broken off). */
interface ToldStretch {
  readonly told: readonly (readonly Told[])[];
  readonly ended?: 'met' | 'timed-out' | null;
}

export interface LoadStory {
  readonly before?: readonly Told[];
  /** While pods hold the devices and rest. */
  readonly asleep?: ToldStretch;
  /** Phase by phase: at work, and at rest behind it. */
  readonly phases?: readonly { readonly works: ToldStretch; readonly rests?: ToldStretch }[];
  /** What each load prints; default: the device that it was given. */
  readonly prints?: readonly string[];
  /** Phase of the first pod while the loads run. */
  readonly podPhase?: string;
  /** Status of the pods, by holder. */
  readonly status?: readonly Record<string, unknown>[];
  readonly holders?: number;
}

/** The same answer as often as it takes to count. */
export const lasting = (told: readonly Told[], times = 3): readonly (readonly Told[])[] =>
  Array.from({ length: times }, () => told);

/** A story of the second case: two devices, each with a pattern of its own. */
export function underLoad(story: LoadStory = {}): ScriptedTimeline {
  const { before = IDLE, holders = 2 } = story;
  const phases = story.phases ?? [{ works: { told: lasting(BUSY) } }, { works: { told: lasting(BUSY_2) } }];
  const prints = story.prints ?? ['device ACC-1\n', 'device ACC-2\n'];
  const names = holdersOf(holders).map(({ name }) => name);
  const from = endpoint('n1');
  const script = atRest([[from, exposition(before)]]);
  script.watch('v1/Pod').mark('endpoint chosen', from);
  answered(script, from, exposition(before));
  script.mark('idle');
  for (const [at, name] of names.entries())
    script.add(pod(name, { group: 'load', node: 'n1', phase: 'Running', status: story.status?.[at] ?? {} }));
  const tell = ({ told, ended = 'met' }: ToldStretch, what: string): void => {
    for (const one of told) answered(script.wait(2_500), from, exposition(one));
    if (ended !== null) waited(script, what, ended);
  };
  script.mark(restsMark(0));
  tell(story.asleep ?? { told: lasting(before) }, restsWait(0));
  if (story.podPhase !== undefined) script.modify(pod('load-1', { group: 'load', node: 'n1', phase: story.podPhase }));
  for (const [at, { works, rests }] of phases.entries()) {
    script.mark(worksMark(at + 1));
    tell(works, worksWait(at + 1));
    script.mark(restsMark(at + 1));
    tell(rests ?? { told: lasting(before) }, restsWait(at + 1));
  }
  script.mark('load is over');
  for (const [at, name] of names.entries()) script.log({ pod: name, container: 'load', text: prints[at] ?? '' });
  return script;
}

function waited(script: ScriptedTimeline, condition: string, how: 'met' | 'timed-out'): void {
  script.waited({ target: { of: 'poll', name: condition }, condition, how, within: 90_000 });
}
