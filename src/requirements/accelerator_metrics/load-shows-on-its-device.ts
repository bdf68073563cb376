import { chosenRuntime, defineCase, type EntryOf, type Finding, type Timeline, text } from '../../case-kit/index.ts';
import { correlationFinding } from './correlation.ts';
import type { Endpoint } from './endpoint.ts';
import { endpointFinding } from './endpoint-findings.ts';
import { foundIn } from './find-endpoints.ts';
import { loadDevices, restsMark, restsWait, worksMark, worksWait } from './load-act.ts';
import { courses, EVERY_MS, LASTING, readingOf } from './load-course.ts';
import {
  asleepFinding,
  attributionRemark,
  fallsBackFindings,
  memoryFinding,
  patternFinding,
  possibleFinding,
  type Shown,
  type Stretch,
  withoutPatternFinding,
} from './load-findings.ts';
import { holdersOf, phasesFor } from './load-pattern.ts';
import { type LoadTarget, loadInstances } from './load-target.ts';
import { type Scrape, scrapesOf } from './scrape.ts';
import { POD } from './start-load.ts';

/** R4 (and freshness, R3): every device at work in a pattern of its own, and idle while its holder rests. */
export const loadShowsOnItsDevice = defineCase<LoadTarget>({
  id: 'accelerator_metrics/load-shows-on-its-device',
  title: 'A load on each accelerator shows in the metrics of that accelerator, of no other, and is gone when it ends',
  kind: 'required',
  bar: 'official',
  budget: { act: '30m' },
  plan: (facts) => loadInstances(facts, (holders) => (1 + 2 * phasesFor(holders)) * LASTING * EVERY_MS),
  act: loadDevices,
  judge(timeline, target) {
    const chosen = timeline.mark('endpoint chosen');
    if (chosen === undefined) return [withoutEndpoint(timeline, target), ...correlationFinding(timeline, target)];
    const scrapes = scrapesOf(timeline, [chosen.data as Endpoint], target.rows).filter(({ seq }) => seq > chosen.seq);
    const shown = shownBy(timeline, target, scrapes);
    const asleep = asleepFinding(shown);
    if (shown.works.length === 0 && asleep.outcome === 'fail') return [asleep];
    return [
      asleep,
      patternFinding(shown),
      ...withoutPatternFinding(shown),
      ...memoryFinding(shown),
      ...fallsBackFindings(shown),
      ...possibleFinding(shown),
      ...attributionRemark(shown),
    ];
  },
});

function withoutEndpoint(timeline: Timeline, { node, rows }: LoadTarget): Finding {
  const { endpoints, notReady } = foundIn(timeline);
  const seq = timeline.mark('endpoints found')?.seq ?? 1;
  return endpointFinding({ node, scrapes: scrapesOf(timeline, endpoints, rows), notReady, elsewhere: [], seq });
}

function shownBy(timeline: Timeline, target: LoadTarget, scrapes: readonly Scrape[]): Shown {
  const idle = timeline.mark('idle')?.seq ?? 0;
  const base = scrapes.findLast(({ seq, measured }) => seq < idle && measured !== undefined);
  const before = base && readingOf(base.measured?.devices ?? []);
  const phases = Array.from({ length: phasesFor(target.holders) + 1 }, (_, phase) => phase);
  const marked = (name: (phase: number) => string): { mark: EntryOf<'mark'>; phase: number }[] =>
    phases.flatMap((phase) => {
      const mark = timeline.mark(name(phase));
      return mark === undefined ? [] : [{ mark, phase }];
    });
  const [works, rests] = [marked(worksMark), marked(restsMark)];
  const over = timeline.mark('load is over');
  const ends = [...works, ...rests, ...(over === undefined ? [] : [{ mark: over }])].map(({ mark }) => mark);
  const stretch = (mark: EntryOf<'mark'>, phase: number, what: string): Stretch => {
    const until = Math.min(...ends.map(({ seq }) => seq).filter((seq) => seq > mark.seq));
    const own = scrapes.filter(({ seq, measured }) => measured !== undefined && seq > mark.seq && seq < until);
    const readings = own.map(({ measured }) => readingOf(measured?.devices ?? []));
    const silent = own.some(({ measured }) => measured?.onlyInUse !== undefined);
    const wait = timeline.waits().find(({ condition }) => condition === what);
    return {
      phase,
      readings,
      courses: courses(before, readings, silent),
      seqs: own.length === 0 ? [mark.seq] : own.map(({ seq }) => seq),
      ended: wait?.how === 'met' || wait?.how === 'timed-out' ? wait.how : undefined,
    };
  };
  return {
    target,
    timeline,
    holders: holdersOf(target.holders),
    works: works.map(({ mark, phase }) => stretch(mark, phase, worksWait(phase))),
    rests: rests.map(({ mark, phase }) => stretch(mark, phase, restsWait(phase))),
    broken: brokenLoad(timeline),
  };
}

/** Why a pod of the load ended before it was removed. */
function brokenLoad(timeline: Timeline): string | undefined {
  const runs = timeline.mark(restsMark(0))?.seq ?? Infinity;
  const ends = timeline.mark('load is over')?.seq ?? Infinity;
  const over = timeline
    .pods({ group: POD })
    .objects.find(({ states }) =>
      states.some(
        ({ seq, body }) => seq > runs && seq < ends && /^(Failed|Succeeded)$/.test(text(body, 'status.phase')),
      ),
    );
  if (over === undefined) return undefined;
  const said = timeline.logs({ pod: over.ref.name, container: POD }).at(-1)?.text.trim().split('\n') ?? [];
  const last = said.findLast((line) => !/^(load (on|off)|the load ended by itself)$/.test(line));
  const others = chosenRuntime(timeline)?.data;
  const classes =
    others === undefined || others.chosen !== undefined
      ? ''
      : `, and so with RuntimeClass ${others.tried.slice(1).join(', ')}`;
  return `the load of ${over.ref.name} ended by itself${last === undefined || last === '' ? '' : `: ${last}`}${classes}`;
}
