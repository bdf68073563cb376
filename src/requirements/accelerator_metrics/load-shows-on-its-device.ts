import { defineCase, type EntryOf, type Finding, milliseconds, type Timeline } from '../../case-kit/index.ts';
import { correlationFinding } from './correlation.ts';
import type { Endpoint } from './endpoint.ts';
import { endpointFinding } from './endpoint-findings.ts';
import { foundIn } from './find-endpoints.ts';
import { grantedTo } from './granted.ts';
import { loadOneDevice } from './load-act.ts';
import { courses, EVERY_MS, LASTING, type Reading, readingOf, SHOWS_WITHIN } from './load-course.ts';
import {
  attributionRemark,
  fallsBackFinding,
  memoryFinding,
  othersFinding,
  possibleFinding,
  type Shown,
  utilisationFinding,
} from './load-findings.ts';
import { type LoadTarget, loadInstances } from './load-target.ts';
import { type Scrape, scrapesOf } from './scrape.ts';
import { POD } from './start-load.ts';

/** R4 (and freshness, R3): one device at work, the others idle, then idle again. */
export const loadShowsOnItsDevice = defineCase<LoadTarget>({
  id: 'accelerator_metrics/load-shows-on-its-device',
  title: 'A load on one accelerator shows in the metrics of that accelerator, of no other, and is gone when it ends',
  kind: 'required',
  bar: 'official',
  budget: { act: '20m' },
  plan: (facts) => loadInstances(facts, LASTING * EVERY_MS),
  act: loadOneDevice,
  judge(timeline, target) {
    const chosen = timeline.mark('endpoint chosen');
    if (chosen === undefined) return [withoutEndpoint(timeline, target), ...correlationFinding(timeline, target)];
    const scrapes = scrapesOf(timeline, [chosen.data as Endpoint], target.rows).filter(({ seq }) => seq > chosen.seq);
    const shown = shownBy(timeline, target, scrapes);
    const during = readings(stretch(timeline, scrapes, 'load runs', 'load ends'));
    return [
      utilisationFinding(shown),
      ...othersFinding(shown),
      ...memoryFinding(shown),
      ...fallsBackFinding(shown, milliseconds(SHOWS_WITHIN)),
      ...possibleFinding(shown, during),
      ...attributionRemark(timeline, during, shown),
    ];
  },
});

function withoutEndpoint(timeline: Timeline, { node, rows }: LoadTarget): Finding {
  const { endpoints, notReady } = foundIn(timeline);
  const seq = timeline.mark('endpoints found')?.seq ?? 1;
  return endpointFinding({ node, scrapes: scrapesOf(timeline, endpoints, rows), notReady, elsewhere: [], seq });
}

function shownBy(timeline: Timeline, target: LoadTarget, scrapes: readonly Scrape[]): Shown {
  const before = stretch(timeline, scrapes, undefined, 'idle');
  const during = stretch(timeline, scrapes, 'load runs', 'load ends');
  const after = stretch(timeline, scrapes, 'load is gone', undefined);
  const base = readings(before).at(-1);
  return {
    target,
    granted: grantedTo(timeline, target),
    during: courses(base, readings(during)),
    after: courses(base, readings(after)),
    last: courses(base, readings(after).slice(-1)),
    beforeSeqs: before.map(({ seq }) => seq),
    duringSeqs: during.map(({ seq }) => seq),
    afterSeqs: after.map(({ seq }) => seq),
    broken: brokenLoad(timeline),
    exhausted: waitedOut(timeline, 'a device shows the load'),
    exhaustedAfter: waitedOut(timeline, 'the devices are as before'),
  };
}

/** The answers between two marks; none when a mark was never set. */
function stretch(
  timeline: Timeline,
  scrapes: readonly Scrape[],
  from: string | undefined,
  to: string | undefined,
): Scrape[] {
  const bound = (name: string | undefined, otherwise: number): number =>
    name === undefined ? otherwise : (timeline.mark(name)?.seq ?? Number.NaN);
  const [first, last] = [bound(from, 0), bound(to, Infinity)];
  return scrapes.filter(({ seq, measured }) => measured !== undefined && seq > first && seq < last);
}

function readings(scrapes: readonly Scrape[]): Reading[] {
  return scrapes.map(({ measured }) => readingOf(measured?.devices ?? []));
}

function waitedOut(timeline: Timeline, what: string): boolean {
  const wait = timeline.waits().find((one: EntryOf<'waited'>) => one.condition === what);
  return wait !== undefined && (wait.how === 'timed-out' || wait.how === 'met');
}

/** Why the load's pod was not running from `load runs` to `load ends`. */
function brokenLoad(timeline: Timeline): string | undefined {
  const runs = timeline.mark('load runs');
  if (runs === undefined) return 'the load never ran';
  const ends = timeline.mark('load ends')?.seq ?? Infinity;
  const states = timeline.pods({ group: POD }).objects.flatMap((object) => object.states);
  const over = states.find(({ seq, body }) => {
    const { phase } = (body['status'] ?? {}) as { phase?: string };
    return seq > runs.seq && seq < ends && (phase === 'Failed' || phase === 'Succeeded');
  });
  const said = timeline.logs({ pod: POD, container: POD }).at(-1)?.text.trim().split('\n').at(-1);
  return over === undefined ? undefined : `the load ended by itself${said ? `: ${said}` : ''}`;
}
