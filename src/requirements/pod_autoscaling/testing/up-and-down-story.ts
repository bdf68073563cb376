import type { Timeline } from '../../../case-kit/index.ts';
import { CONFIGURATION, recorded } from '../../../case-kit/metered-service/scrape-configuration.ts';
import { readScrapeJobs } from '../../../case-kit/metered-service/scrape-jobs.ts';
import { ScriptedTimeline } from '../../../evidence/testing/scripted-timeline.ts';
import { AUTOSCALER, DEPLOYMENT, TARGET, TIMES } from '../autoscaler.ts';
import { ANSWERS, LISTED, showing } from '../custom-metrics.ts';
import { STORED } from '../pipeline.ts';
import { MAIN, MARKS, VALUES } from '../scaling-judging.ts';

import type { UpAndDownParams } from '../up-and-down.ts';
import { claim, deployment, hpa, metricValues, replica } from './autoscaling-objects.ts';

const CLAIM = 'resource.k8s.io/v1/ResourceClaim';
const GPU = 'example.com/gpu';
const ANNOTATIONS = { shape: 'annotations', labels: {}, namespaceLabels: {} } as const;

/** What a platform does in the act of P0-P4; left out: what it should. */
export interface Story {
  readonly mode?: 'device-plugin' | 'dra';
  /** What the API shows when the gauge is at a value; undefined: an empty list. */
  readonly serves?: (gauge: number) => number | undefined;
  /** What it lists, and what the store says of the value, when it never came. */
  readonly lists?: readonly string[];
  readonly stored?: (gauge: number) => number | undefined;
  /** The store wants a login of its own. */
  readonly storeRefuses?: boolean;
  /** Pods are collected by annotations alone, and the store answers this when it is asked for its configuration. */
  readonly configuration?: { readonly status: number; readonly said: string };
  /** P1: wanted in the middle of the window; the autoscaler has lost the metric in it; it ended after so many milliseconds. */
  readonly flapsTo?: number;
  readonly loses?: 'metric' | 'metric for a moment' | 'ability';
  readonly steadyFor?: number;
  readonly gap?: boolean;
  /** P2. */
  readonly wants?: number;
  readonly follows?: boolean;
  readonly second?: 'ready' | 'pending' | 'no request' | 'no device' | 'same device' | 'elsewhere';
  readonly shared?: string;
  /** P3: wanted far above the target; it says that it is limited. */
  readonly floodedTo?: number;
  readonly saysLimited?: boolean;
  /** P4: what it reads when both are low, and when it goes down, milliseconds after it last read a high value; never. */
  readonly readsLow?: number;
  readonly downAfter?: number | 'never';
  readonly leaves?: boolean;
  /** The act is stopped behind this mark. */
  readonly stopsAt?: string;
}

function paramsOf({ mode = 'device-plugin', shared }: Story = {}): UpAndDownParams {
  const ask =
    mode === 'dra' ? { mode, name: 'gpu.example.com', apiVersion: 'resource.k8s.io/v1' } : { mode, name: GPU };
  return {
    pipeline: { api: { version: 'v1beta2', servedBy: 'Service monitoring/adapter' }, collections: [] },
    accelerator: {
      nodes: ['n1'],
      tolerations: [],
      ask,
      perDevice: ['/dev/gpu[0-9]+'],
      ...(shared === undefined ? {} : { shared }),
    },
    times: TIMES,
  };
}

/** The timeline of a story. */
export function told(story: Story = {}): Timeline {
  const params = paramsOf(story);
  const script = new ScriptedTimeline({ params, case: 'pod_autoscaling/test', requirement: 'pod_autoscaling' })
    .watch('v1/Pod')
    .watch(AUTOSCALER)
    .watch(DEPLOYMENT)
    .watch(CLAIM);
  try {
    tell(script, story, params);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return script.end({ how: 'aborted', class: 'interrupted', message: 'Ctrl-C' }).timeline();
  }
  return script.completed().timeline();
}

class Stopped extends Error {}

function tell(script: ScriptedTimeline, story: Story, params: UpAndDownParams): void {
  const { wants = 2, follows = true, second = 'ready', floodedTo = 2, saysLimited = true, leaves = true } = story;
  const { readsLow = VALUES.low, downAfter = 63_000, steadyFor = TIMES.steady } = story;
  const mark = (name: string, data?: unknown): void => {
    script.mark(name, data);
    if (story.stopsAt === name) throw new Stopped();
  };
  const own = (name: string, device: number) =>
    params.accelerator.ask.mode === 'dra' ? { claim: `${name}-claim` } : { asks: GPU, device };
  const says = (average: number, desired: number, more: object = {}): unknown =>
    script.modify(hpa(MAIN, { average, desired, ...more }));
  const log = (pod: string, text: string): unknown => script.log({ pod, container: 'accelerator', text });

  script
    .add(deployment(MAIN, 1))
    .add(replica('a', { group: MAIN, ...own('a', 0) }))
    .add(claim('a-claim', 'gpu-0'));
  for (const [value, name, after] of [
    [VALUES.first, MARKS.first, undefined],
    [TARGET, MARKS.second, MARKS.followed],
  ] as const) {
    mark(name, { value, pods: ['a'] });
    script.wait(2000);
    if (!shown(script, story, value)) return;
    if (after !== undefined) mark(after);
  }

  script.add(hpa(MAIN, { active: true }));
  mark(MARKS.created);
  script.wait(1000);
  says(TARGET, 1);
  mark(MARKS.steady);
  script.wait(20_000);
  if (story.gap) script.gap(AUTOSCALER, 5000);
  if (story.flapsTo !== undefined) says(TARGET, story.flapsTo);
  if (story.loses === 'ability') says(TARGET, 1, { able: false });
  else if (story.loses !== undefined) script.modify(hpa(MAIN, { desired: 1, active: false }));
  if (story.loses === 'metric for a moment') {
    script.wait(3000);
    says(TARGET, 1);
  }
  script.wait(steadyFor - 20_000).confirm();
  mark(MARKS.steadyOver);
  if (story.flapsTo !== undefined || story.loses) return;

  mark(MARKS.raised);
  mark(MARKS.raisedShown);
  script.wait(2000);
  says(VALUES.raised, wants);
  if (wants !== 2) return void script.wait(TIMES.up);
  if (!follows) return void script.wait(TIMES.up);
  script.modify(deployment(MAIN, 2));
  const node = second === 'elsewhere' ? 'cpu-node' : 'n1';
  const asks = second === 'no request' ? {} : own('b', 1);
  script.add(replica('b', { group: MAIN, node, ready: second !== 'pending', ...asks }));
  script.add(claim('b-claim', second === 'same device' ? 'gpu-0' : second === 'no device' ? undefined : 'gpu-1'));
  if (second === 'pending') return void script.wait(TIMES.up);
  log('a', 'dev /dev/gpu0 c 195:0 ok\nend\n');
  log(
    'b',
    second === 'same device'
      ? 'dev /dev/gpu0 c 195:0 ok\nend\n'
      : ['no device', 'no request'].includes(second)
        ? 'end\n'
        : 'dev /dev/gpu1 c 195:1 ok\nend\n',
  );
  mark(MARKS.two);

  mark(MARKS.flooded);
  script.wait(1000);
  says(VALUES.flood, 2, { limited: saysLimited });
  mark(MARKS.limit);
  script.wait(55_000);
  if (floodedTo !== 2) says(VALUES.flood, floodedTo);
  mark(MARKS.floodedAnew);
  script.wait(2000);
  says(VALUES.floodAnew, floodedTo, { limited: saysLimited });
  script.wait(3000).confirm();
  mark(MARKS.limitOver);
  if (floodedTo !== 2) return;

  mark(MARKS.lowered);
  script.wait(1000);
  says(readsLow, downAfter !== 'never' && downAfter < 5000 ? 1 : 2);
  if (downAfter === 'never') return void script.wait(240_000);
  script.wait(Math.max(0, downAfter - 4000));
  says(readsLow, 1);
  script.modify(deployment(MAIN, 1));
  if (leaves) {
    script.wait(2000).remove(replica('b', { group: MAIN, ...own('b', 1) }));
    script.remove(claim('b-claim', 'gpu-1'));
  } else script.wait(TIMES.down);
  mark(MARKS.shrunk);
}

/** Whether the API came to show the value; when not, what was asked then. */
function shown(script: ScriptedTimeline, story: Story, value: number): boolean {
  const {
    serves = (gauge: number) => gauge,
    lists = ['pods/plimsoll_queue_depth'],
    stored = (gauge: number) => gauge,
  } = story;
  const served = serves(value);
  const body = metricValues(served === undefined ? {} : { a: served });
  script.answer({ name: ANSWERS, method: 'GET', status: 200, body });
  if (served === value) return true;
  script.wait(300_000);
  script.waited({
    target: { of: 'poll', name: showing(value) },
    condition: showing(value),
    how: 'timed-out',
    within: 300_000,
  });
  script.answer({ name: LISTED, method: 'GET', status: 200, body: { resources: lists.map((name) => ({ name })) } });
  if (story.configuration !== undefined) {
    const { status, said } = story.configuration;
    script.answer({ name: CONFIGURATION, via: 'proxy', method: 'GET', status, body: said });
    script.mark(CONFIGURATION, recorded(ANNOTATIONS, 'plimsoll-test-1', readScrapeJobs(status, said)));
  }
  if (story.storeRefuses) {
    script.answer({ name: STORED, via: 'proxy', method: 'GET', status: 403, body: 'sign in' });
    return false;
  }
  const held = stored(value);
  const result =
    held === undefined ? [] : [{ metric: { __name__: 'plimsoll_queue_depth', pod: 'a' }, value: [1, String(held)] }];
  script.answer({
    name: STORED,
    via: 'proxy',
    method: 'GET',
    status: 200,
    body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }),
  });
  return false;
}
