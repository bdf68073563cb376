import { afterAll, beforeAll, expect, it } from 'vitest';
import { snapshot } from '../../../lab/lab.ts';
import { LabRig } from '../../../test/lab-rig/lab-rig.ts';
import { provenRun } from '../../../test/lab-rig/proven-run.ts';
import { starting, told, withItsClaim } from '../../../test/lab-rig/told.ts';
import { type Case, list, ready, text } from '../../case-kit/index.ts';
import type { RunEvent } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { KubeObject } from '../../kube/object.ts';
import { newRunId } from '../../runner/run/open-folder.ts';
import { TIMES, type Times } from './autoscaler.ts';
import { cases } from './cases.ts';
import { MARKS } from './scaling-judging.ts';
import { adapterRules, meddle, mostWithoutMetric, policy } from './testing/sabotage.ts';

const rig = new LabRig('test-pod-autoscaling');
const GPU = 'node-1.lab.plimsoll.dev_accelerator';
/** Windows of ten seconds are long beside an autoscaler that looks every two; deadlines as in the product. */
const QUICK: Times = { ...TIMES, steady: 10_000, least: 10_000, stabilization: 15 };
/** For a defect that shows by something that never comes. */
const IMPATIENT: Times = { ...QUICK, pipeline: 45_000, up: 30_000, down: 20_000 };
/** Runs for which the adapter is defective. */
const SUMS = newRunId();
const CONSTANT = newRunId();
let cluster: Cluster;

beforeAll(async () => {
  const nodes = [{ accelerators: 12 }, { accelerators: 2, mode: 'dra' }] as const;
  cluster = await rig.up({ nodes, addons: ['prometheus', 'prometheus-adapter'] });
  await defectiveAdapter();
});
afterAll(() => rig.down());

/** The adapter with other rules, once it answers by them. */
async function defectiveAdapter(): Promise<void> {
  const at = { namespace: 'monitoring', name: 'prometheus-adapter' };
  const config = { apiVersion: 'v1', kind: 'ConfigMap', ...at };
  const rules = adapterRules(text(await cluster.get(config), ['data', 'config.yaml']), {
    sums: SUMS,
    constant: CONSTANT,
  });
  await cluster.patch(config, { data: { 'config.yaml': rules } });
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', ...at };
  const template = { metadata: { annotations: { rules: 'others' } } };
  const { metadata } = await cluster.patch(deployment, {
    spec: { strategy: { type: 'Recreate', rollingUpdate: null }, template },
  });
  const watch = cluster.watch('apps/v1/Deployment', { namespace: at.namespace, timeoutMs: 300_000 });
  for await (const event of watch) {
    if ((event.type !== 'ADDED' && event.type !== 'MODIFIED') || event.object.metadata.name !== at.name) continue;
    const { observedGeneration = 0, readyReplicas, updatedReplicas } = event.object['status'] as Record<string, number>;
    const seen = observedGeneration >= Number(metadata['generation']);
    if (seen && readyReplicas === 1 && updatedReplicas === 1) break;
  }
  watch.close();
}

interface Tried {
  readonly only?: readonly string[];
  readonly times?: Times;
  readonly id?: string;
  readonly observer?: (event: RunEvent) => void;
}

/** The cases with other times; all of them, or some on the node with the device plugin. Outcome and words by case and variant. */
async function tried({ only, times = QUICK, id, observer }: Tried = {}): Promise<Record<string, string>> {
  const timed = cases.map(
    (one): Case => ({
      ...one,
      plan(given) {
        const plan = one.plan(given);
        if ('outcome' in plan) return plan;
        const some = plan.filter(({ variant }) => only === undefined || variant === undefined || variant === GPU);
        return some.map((planned) =>
          'params' in planned ? { ...planned, params: { ...(planned.params as object), times } } : planned,
        );
      },
    }),
  );
  const report = await provenRun(rig, { requirement: 'pod_autoscaling', cases: timed, only, id, observer });
  return told(report, { named: (name) => name.replace(`@${GPU}`, ''), words: withItsClaim });
}

it('passes on both kinds of accelerators and leaves nothing; fails for an adapter with a constant (M3), for controllers that scale to the most without a metric (M9) and by CPU (M4)', async () => {
  const before = await snapshot(cluster);
  const stop = new AbortController();
  const [withoutMetric, byCpu] = [newRunId(), newRunId()];
  const meddling = Promise.all([
    meddle(cluster, withoutMetric, stop.signal, mostWithoutMetric()),
    meddle(cluster, byCpu, stop.signal, moreByCpu),
  ]);
  // Awaited below; until then an error of it must not count as one that nobody handles.
  meddling.catch(() => {});
  const [sound, constant, most, cpu] = await Promise.all([
    tried(),
    tried({ id: CONSTANT, only: ['metric-arrives'], times: IMPATIENT }),
    tried({ id: withoutMetric, only: ['without-its-metric-nothing-moves'] }),
    tried({ id: byCpu, only: ['cpu-alone-moves-nothing'] }),
  ]);
  stop.abort();
  await meddling;
  expect(Object.values(sound)).toEqual(Array(12).fill('pass'));
  expect(constant).toMatchObject({
    'metric-arrives': starting('fail .*as 137: .* 100; the monitoring system has it as 137'),
  });
  expect(most).toMatchObject({
    'without-its-metric-nothing-moves': starting('fail .*the Deployment was scaled though its metric was lost'),
  });
  expect(cpu).toMatchObject({ 'cpu-alone-moves-nothing': starting('fail .*under load .*the Deployment was scaled') });
  expect(await snapshot(cluster)).toEqual(before);
});

it('fails for what changes autoscalers or pods: no scaling down (M1), none of the device asked for (M5), more than the most (M6), a sum (M7), no stabilization (M12)', async () => {
  const [neverDown, noRequest, noBound, atOnce] = [newRunId(), newRunId(), newRunId(), newRunId()];
  const hpas = { group: 'autoscaling', resource: 'horizontalpodautoscalers' };
  const down = '/spec/behavior/scaleDown';
  const changes = [
    {
      name: 'never-down',
      run: neverDown,
      ...hpas,
      patch: `[JSONPatch{op: "add", path: "${down}/selectPolicy", value: "Disabled"}]`,
    },
    {
      name: 'no-bound',
      run: noBound,
      ...hpas,
      patch: '[JSONPatch{op: "replace", path: "/spec/maxReplicas", value: 4}]',
    },
    {
      name: 'at-once',
      run: atOnce,
      ...hpas,
      patch: `[JSONPatch{op: "replace", path: "${down}/stabilizationWindowSeconds", value: 0}]`,
    },
  ];
  for (const change of changes) await (await policy(cluster, change)).bind();
  const dropped = await policy(cluster, {
    name: 'no-request',
    run: noRequest,
    group: '',
    resource: 'pods',
    patch: '[JSONPatch{op: "remove", path: "/spec/containers/1/resources"}]',
  });
  // The first pod is as it should be, the one that is added is not.
  const late = Promise.withResolvers<void>();
  const whenSteady = (event: RunEvent): void => {
    if (event.event === 'mark' && event.name === MARKS.steady) dropped.bind().then(late.resolve, late.reject);
  };
  const [m1, m5, m6, m7, m12] = await Promise.all([
    tried({ id: neverDown, only: ['scales-down'], times: { ...QUICK, down: 20_000 } }),
    tried({ id: noRequest, only: ['scales-up'], observer: whenSteady }),
    tried({ id: noBound, only: ['stops-at-the-most'] }),
    tried({ id: SUMS, only: ['scales-down'], times: IMPATIENT }),
    tried({ id: atOnce, only: ['scales-down'] }),
    late.promise,
  ]);
  expect(m1).toMatchObject({ 'scales-down': starting('fail .*the Deployment was never scaled down') });
  expect(m5).toMatchObject({ 'scales-up': starting('fail .*does not ask for lab.plimsoll.dev/accelerator') });
  expect(m6).toMatchObject({ 'stops-at-the-most': starting('fail .*wanted another number of replicas than 2') });
  expect(m7).toMatchObject({ 'scales-down': starting('fail .*never read an average of 45.*it reads 90') });
  expect(m12).toMatchObject({ 'scales-down': starting('fail .*it scales down no earlier than 15 s .*it scaled down') });
});

/** M4: a controller that adds a replica when the burner in a pod uses more than it asks for, which is a hundredth of a core. */
async function moreByCpu(hpa: KubeObject): Promise<number | undefined> {
  if (!list(hpa, 'status.currentMetrics').some((one) => text(one, 'pods.current.averageValue') === '100'))
    return undefined;
  const { namespace = '' } = hpa.metadata;
  const pods = await cluster.list('v1/Pod', { namespace }).all();
  const pod = pods.find((one) => ready(one) === true);
  if (pod === undefined) return undefined;
  const log = await cluster.logs({ namespace, name: pod.metadata.name ?? '' }, { container: 'burner' });
  const readings = [...log.matchAll(/^cpu (\d+) (\d+)$/gm)].map(([, used, up]) => [Number(used), Number(up)] as const);
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined || last[1] === first[1]) return undefined;
  return (last[0] - first[0]) / (last[1] - first[1]) > 0.01 ? 3 : undefined;
}
