import {
  accelerators,
  type Bench,
  defineCase,
  type EntryOf,
  ended,
  type Finding,
  fact,
  type Handle,
  type Timeline,
  text,
} from '../../case-kit/index.ts';
import { endpointFinding } from './endpoint-findings.ts';
import { type Endpoint, mostTelling } from './endpoints.ts';
import {
  type Course,
  correlate,
  correlationFinding,
  courses,
  EVERY_MS,
  LASTING,
  memoryIsBack,
  P,
  type Reading,
  readingOf,
  SHOWS_WITHIN,
  STIR,
  takesMemory,
} from './load-evidence.ts';
import {
  asleepFinding,
  attributionRemark,
  fallsBackFindings,
  type Holder,
  holdersOf,
  memoryFinding,
  patternFinding,
  phasesFor,
  possibleFinding,
  restsMark,
  restsWait,
  type Shown,
  type Stretch,
  withoutPatternFinding,
  worksMark,
  worksWait,
} from './load-findings.ts';
import {
  allocated,
  claimKind,
  type LoadTarget,
  loadInstances,
  loadRuntime,
  order,
  POD,
  startHolders,
} from './load-target.ts';
import { FOUND, findEndpoints, foundIn, measuredIn, type Scrape, scrape, scrapesOf } from './scrapes.ts';

const ENDPOINT = fact<Endpoint>('endpoint chosen');

/**
 * Asks the node's endpoint again and again: idle; held by pods that rest; at work, each in a pattern of its own; idle again. Every
 * answer stands in the timeline; beside it a note with what it says of each device, for the picture.
 */
async function loadDevices(bench: Bench, target: LoadTarget): Promise<void> {
  const asked = await findEndpoints(bench, [target.place.node], target.rows, target.monitors);
  const best = mostTelling(
    asked.map(({ endpoint, answer }) => ({ endpoint, measured: measuredIn(answer, target.rows) })),
  );
  if (best === undefined) return correlate(bench, target, asked);
  bench.learn(ENDPOINT, best);
  // Before anything of this run is at work, also the trial of a RuntimeClass: what they leave for a moment is no state to come back to.
  const watch = new Watch(bench, best, target, await idle(bench, best, target));
  const runtime = await loadRuntime(bench, target);
  const holders = holdersOf(target.holders);
  const pods = await startHolders(bench, target, holders, runtime);
  bench.mark(restsMark(0));
  if (await watch.rest(0)) await patterns(bench, watch, holders, pods);
  bench.finish(P.held);
  for (const pod of pods) await bench.logs(pod.ref, POD);
  await Promise.all(pods.map((pod) => bench.remove(pod.ref, { gracePeriodSeconds: 0 })));
  await bench.untilGone(bench.pods({ group: POD }), { within: '90s' });
  // A claim holds its device until it is gone itself.
  if (target.ask.mode !== 'device-plugin')
    await bench.untilGone({ of: claimKind(target) }, { within: '60s', otherwise: 'go-on' });
  bench.releaseTokens();
}

/** Phase after phase, until one does not show: those behind it would show nothing more. */
async function patterns(
  bench: Bench,
  watch: Watch,
  holders: readonly Holder[],
  pods: readonly Handle[],
): Promise<void> {
  bench.begin(P.load);
  const phases = holders[0]?.works.length ?? 0;
  for (let phase = 1; phase <= phases; phase += 1) {
    const working = pods.filter((_, at) => holders[at]?.works[phase - 1] === true);
    await Promise.all(working.map((pod) => order(bench, pod, true)));
    bench.mark(worksMark(phase), { holders: working.map(({ name }) => name) });
    const shown = await watch.work(phase, working.length);
    await Promise.all(working.map((pod) => order(bench, pod, false)));
    if (phase === phases || !shown) bench.finish(P.load);
    bench.mark(restsMark(phase));
    if (!(await watch.rest(phase)) || !shown) return;
  }
}

/** Answers in which every device of a shared node shows a load: longer than the slowest exporter known waits (30 s). */
const SHARED_ANSWERS = 15;

/** What the endpoint tells, phase by phase. */
class Watch {
  readonly #bench: Bench;
  readonly #endpoint: Endpoint;
  readonly #target: LoadTarget;
  readonly #before: Reading;

  constructor(bench: Bench, endpoint: Endpoint, target: LoadTarget, before: Reading) {
    this.#bench = bench;
    this.#endpoint = endpoint;
    this.#target = target;
    this.#before = before;
  }

  /** True once so many devices show work, or more, and every other one is clearly idle. */
  work(phase: number, working: number): Promise<boolean> {
    const allocates = allocated(this.#target);
    return this.#until(worksWait(phase), (all, answers) => {
      // How many devices so many shares are of is not known here: the exporter is given its time.
      if (this.#target.shared) return answers >= SHARED_ANSWERS && all.some(({ works }) => works === true);
      const busy = all.filter(({ works }) => works === true);
      const clear = this.#own(all).every(({ works }) => works !== undefined);
      const filled = busy.filter((course) => takesMemory(course, allocates));
      return busy.length >= working && clear && filled.length >= working;
    });
  }

  /** True once every device is as before, its memory given back. */
  rest(phase: number): Promise<boolean> {
    const allocates = phase === 0 ? undefined : allocated(this.#target);
    return this.#until(restsWait(phase), (all) =>
      this.#own(all).every((course) => course.works === false && memoryIsBack(course, allocates)),
    );
  }

  /** Devices that nobody else works on, as far as that is known. */
  #own(all: readonly Course[]): readonly Course[] {
    const { free, expected } = this.#target.node;
    return free >= expected ? all : all.filter(({ before }) => (before?.points ?? 0) < STIR);
  }

  async #until(what: string, holds: (all: readonly Course[], answers: number) => boolean): Promise<boolean> {
    const stretch: Reading[] = [];
    const broken = (): boolean =>
      this.#bench.current(this.#bench.pods({ group: POD })).some((pod) => ended(pod) === true);
    const look = async (): Promise<true | string> => {
      // A load that ended by itself is not waited for: why it did stands in its log.
      if (broken()) return true;
      const { reading, silent } = await ask(this.#bench, this.#endpoint, this.#target);
      stretch.push(reading);
      const all = courses(this.#before, stretch, silent);
      const shown = all.map(({ key, points, more }) => `${key} ${Math.round(points ?? 0)} %, ${more ?? 0} bytes more`);
      return holds(all, stretch.length) || shown.join(', ') || 'no device is told of';
    };
    const shows = await this.#bench.poll(what, look, { every: EVERY_MS, within: SHOWS_WITHIN, otherwise: 'go-on' });
    return shows && !broken();
  }
}

async function ask(
  bench: Bench,
  endpoint: Endpoint,
  { rows }: LoadTarget,
): Promise<{ reading: Reading; silent: boolean }> {
  const measured = measuredIn(await scrape(bench, endpoint), rows);
  const devices = measured?.devices ?? [];
  bench.note('devices', { devices: devices.map(({ key, points, used }) => ({ key, points, used })) });
  return { reading: readingOf(devices), silent: measured?.onlyInUse !== undefined };
}

/** Waits until what others did before has died away: two answers in a row that are alike and low. */
async function idle(bench: Bench, endpoint: Endpoint, target: LoadTarget): Promise<Reading> {
  let { reading: last } = await ask(bench, endpoint, target);
  const quiet = async (): Promise<true | string> => {
    const { reading: next } = await ask(bench, endpoint, target);
    const restless = [...next.values()].filter((device) => {
      const before = last.get(device.key);
      const moved = Math.abs((device.used ?? 0) - (before?.used ?? 0)) > 2 ** 20;
      return (device.points ?? 0) >= STIR || (before?.points ?? 0) >= STIR || moved;
    });
    last = next;
    const shown = restless.map(({ key, points }) => `${key} at ${Math.round(points ?? 0)} %`);
    return restless.length === 0 || shown.join(', ');
  };
  await bench.poll('the devices are idle', quiet, { every: EVERY_MS, within: '60s', otherwise: 'go-on' });
  bench.finish(P.idles);
  return last;
}

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
    const chosen = timeline.learned(ENDPOINT);
    if (chosen === undefined) return [withoutEndpoint(timeline, target), ...correlationFinding(timeline, target)];
    const scrapes = scrapesOf(timeline, [chosen.data], target.rows).filter(({ seq }) => seq > chosen.seq);
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
  const seq = timeline.mark(FOUND)?.seq ?? 1;
  return endpointFinding({ node, scrapes: scrapesOf(timeline, endpoints, rows), notReady, elsewhere: [], seq });
}

function shownBy(timeline: Timeline, target: LoadTarget, scrapes: readonly Scrape[]): Shown {
  const idle = timeline.mark(P.idles.to)?.seq ?? 0;
  const base = scrapes.findLast(({ seq, measured }) => seq < idle && measured !== undefined);
  const before = base && readingOf(base.measured?.devices ?? []);
  const phases = Array.from({ length: phasesFor(target.holders) + 1 }, (_, phase) => phase);
  const marked = (name: (phase: number) => string): { mark: EntryOf<'mark'>; phase: number }[] =>
    phases.flatMap((phase) => {
      const mark = timeline.mark(name(phase));
      return mark === undefined ? [] : [{ mark, phase }];
    });
  const [works, rests] = [marked(worksMark), marked(restsMark)];
  const over = timeline.mark(P.held.to);
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
  const ends = timeline.mark(P.held.to)?.seq ?? Infinity;
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
  const others = accelerators.chosenRuntime(timeline)?.data;
  const classes =
    others === undefined || others.chosen !== undefined
      ? ''
      : `, and so with RuntimeClass ${others.tried.slice(1).join(', ')}`;
  return `the load of ${over.ref.name} ended by itself${last === undefined || last === '' ? '' : `: ${last}`}${classes}`;
}
