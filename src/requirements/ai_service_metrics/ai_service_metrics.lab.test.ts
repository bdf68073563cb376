import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labDown, labUp, silent, snapshot } from '../../../lab/lab.ts';
import { type RunEvent, type RunReport, verify } from '../../evidence/index.ts';
import { TABLES } from '../../inventory/tables.ts';
import { takeInventory } from '../../inventory/take-inventory.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { connect } from '../../kube/connect.ts';
import { newRunId } from '../../runner/run/open-folder.ts';
import { run } from '../../runner/run/run.ts';
import { cases } from './cases.ts';
import { MARKS } from './story.ts';
import { leaveAlone, prometheusReady, prometheusWith, SOUND, slowDown } from './testing/defective-prometheus.ts';

const NAME = 'test-ai-service-metrics';
const folders = mkdtempSync(join(tmpdir(), 'ai-service-metrics-'));
let cluster: Cluster;

beforeAll(async () => {
  await labDown(NAME, silent);
  const lab = await labUp({ name: NAME, nodes: [{}], addons: ['prometheus'] }, silent);
  cluster = await connect({ kubeconfig: lab.kubeconfig });
});
afterAll(async () => {
  await cluster?.close();
  await labDown(NAME, silent);
  rmSync(folders, { recursive: true, force: true });
});

/** All cases with one collector. */
async function tried(collector: string, observer: (event: RunEvent) => void = () => {}): Promise<RunReport> {
  const whole = await takeInventory(cluster, TABLES);
  const inventory = { ...whole, monitoring: whole.monitoring.filter(({ id }) => id === collector) };
  const options = { allowScale: false, allowInstall: false, allowDisrupt: false };
  const { kubernetes } = inventory;
  const facts = { kubernetes, checklist: '1.37', resources: await cluster.resources(), inventory, options } as const;
  const id = newRunId();
  const folder = join(folders, id);
  const report = await run({
    cluster,
    facts,
    cases,
    requirements: ['ai_service_metrics'],
    version: 'test',
    probe: { image: 'busybox:1.37' },
    run: id,
    folder,
    observers: [observer],
  });
  expect(report.leftovers).toEqual([]);
  expect(await verify(folder, cases, 'test')).toMatchObject({ discrepancies: [] });
  return report;
}

/** `case` (of whichever monitor) -> outcome, and everything that was found with that outcome unless it passed. */
function results(report: RunReport): Record<string, string> {
  const told = report.cases.map(({ id, outcome, findings }) => {
    const found = findings.filter((finding) => finding.outcome === outcome && outcome !== 'pass');
    const [name = '', variant = ''] = id.slice('ai_service_metrics/'.length).split('@');
    return [`${name} ${variant.split('.').at(-1)}`, [outcome, ...found.map(({ message }) => message)].join(' | ')];
  });
  return Object.fromEntries(told) as Record<string, string>;
}

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
    if (event.event === 'mark' && event.name === MARKS.asked) slowed ??= slowDown(cluster, 'still');
    if (event.event === 'mark' && event.name === MARKS.scaled) undone ??= slowed?.then((undo) => undo());
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

  const failing = (why: string): unknown => expect.stringMatching(new RegExp(`^fail \\| .*${why}`, 's'));
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
