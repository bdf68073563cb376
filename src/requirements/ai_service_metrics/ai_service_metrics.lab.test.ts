import { afterAll, beforeAll, expect, it } from 'vitest';
import { snapshot } from '../../../lab/lab.ts';
import { LabRig } from '../../../test/lab-rig/lab-rig.ts';
import { provenRun } from '../../../test/lab-rig/proven-run.ts';
import { failing, told } from '../../../test/lab-rig/told.ts';
import type { RunEvent, RunReport } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { cases } from './cases.ts';
import { P } from './instances.ts';

import { leaveAlone, prometheusReady, prometheusWith, SOUND, slowDown } from './testing/defective-prometheus.ts';

const rig = new LabRig('test-ai-service-metrics');
let cluster: Cluster;

beforeAll(async () => {
  cluster = await rig.up({ nodes: [{}], addons: ['prometheus'] });
});
afterAll(() => rig.down());

/** All cases with one collector. */
const tried = (collector: string, observer?: (event: RunEvent) => void): Promise<RunReport> =>
  provenRun(rig, {
    requirement: 'ai_service_metrics',
    cases,
    shown: (whole) => ({ ...whole, monitoring: whole.monitoring.filter(({ id }) => id === collector) }),
    observer,
  });

/** `case` (of whichever monitor) -> outcome, and everything that was found with that outcome unless it passed. */
const results = (report: RunReport): Record<string, string> =>
  told(report, {
    named(id) {
      const [name = '', variant = ''] = id.split('@');
      return `${name} ${variant.split('.').at(-1)}`;
    },
  });

it('is inconclusive, never a pass, where nothing collects', async () => {
  const report = await tried('nothing of that name');
  expect(report.requirements).toMatchObject([{ verdict: { outcome: 'inconclusive', class: 'not-found' } }]);
});

/**
 * All at once: the longest takes three minutes by itself. The sound one, which shows that the lab is as it should be, begins when most
 * of the others have ended.
 */
it('passes with a Prometheus that works and leaves nothing; fails for defects: an operator that heeds no new monitor, rules that drop pods, labels or buckets, values that stand still', async () => {
  await prometheusWith(cluster, 'heedless');
  await prometheusWith(cluster, 'anonymous', { metricRelabelings: [{ action: 'labeldrop', regex: 'pod|instance' }] });
  await prometheusWith(cluster, 'nameless', { metricRelabelings: [{ action: 'labeldrop', regex: 'run' }] });
  await prometheusWith(cluster, 'bucketless', {
    metricRelabelings: [{ action: 'drop', sourceLabels: ['__name__'], regex: '.+_bucket' }],
  });
  await prometheusWith(cluster, 'still');
  await prometheusReady(cluster, ['heedless', 'anonymous', 'nameless', 'bucketless', 'still']);
  await leaveAlone(cluster, 'heedless');
  const before = await snapshot(cluster);

  const of = (name: string): string => `prometheus-operator.monitoring.${name}`;
  let slowed: Promise<() => Promise<void>> | undefined;
  let undone: Promise<void> | undefined;
  const still = (event: RunEvent): void => {
    // Somebody makes the monitor slow as soon as it is there: the first values come, and stay. Once freshness was tried, he takes it back.
    if (event.event === 'mark' && event.name === P.unasked.to.mark) slowed ??= slowDown(cluster, 'still');
    if (event.event === 'mark' && event.name === P.joins.from.mark) undone ??= slowed?.then((undo) => undo());
  };
  const short = Promise.all([tried(of('nameless')), tried(of('bucketless'))]);
  const [heedless, anonymous, standing, [nameless, bucketless], sound] = await Promise.all([
    tried(of('heedless')),
    tried(of('anonymous')),
    tried(of('still'), still),
    short,
    short.then(() => tried(SOUND)),
  ]);
  await undone;
  expect(new Set(Object.values(results(sound)))).toEqual(new Set(['pass']));
  expect(sound.cases).toHaveLength(10);
  expect(sound.requirements).toMatchObject([{ id: 'ai_service_metrics', verdict: { outcome: 'pass' } }]);
  expect(await snapshot(cluster)).toEqual(before);

  // M1, M9: accepted, never scraped.
  expect(results(heedless)).toMatchObject({
    'collected-when-asked podmonitor': failing('it has no target in the namespace.*0 of 2 pods have series'),
  });
  // M3 and its like: which pod a value is of is lost.
  expect(results(anonymous)).toMatchObject({
    'collected-when-asked podmonitor': failing('which names no pod of the service'),
  });
  // M4, M5: what arrives is not what was shown.
  expect(results(nameless)).toMatchObject({
    'collected-when-asked podmonitor': 'pass',
    'exact-values podmonitor': failing('has lost its label run'),
  });
  expect(results(bucketless)).toMatchObject({
    'collected-when-asked podmonitor': 'pass',
    'exact-values podmonitor': failing('_bucket up to 0.05 s of pod .* is not in the store'),
    'stays-fresh podmonitor': 'pass',
  });
  // M2: the first values stay.
  expect(results(standing)).toMatchObject({
    'collected-when-asked podmonitor': 'pass',
    'exact-values podmonitor': 'pass',
    'stays-fresh podmonitor': failing('sent were 42'),
  });
  for (const report of [heedless, anonymous, nameless, bucketless, standing])
    expect(report.requirements).toMatchObject([{ verdict: { outcome: 'fail' } }]);
}, 900_000);
