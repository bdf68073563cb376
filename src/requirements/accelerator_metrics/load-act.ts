import { type Bench, ended, type Handle } from '../../case-kit/index.ts';
import { correlate } from './correlation.ts';
import type { DeviceReading } from './device-readings.ts';
import type { Endpoint } from './endpoint.ts';
import { findEndpoints } from './find-endpoints.ts';
import {
  type Course,
  courses,
  EVERY_MS,
  memoryIsBack,
  type Reading,
  readingOf,
  SHOWS_WITHIN,
  STIR,
  takesMemory,
} from './load-course.ts';
import { type Holder, holdersOf } from './load-pattern.ts';
import { allocated, type LoadTarget } from './load-target.ts';
import { measuredIn, scrape } from './scrape.ts';
import { claimKind, loadRuntime, order, POD, startHolders } from './start-load.ts';

/** Marks of the phases: each begins a stretch of answers. */
export const worksMark = (phase: number): string => `load works ${phase}`;
export const restsMark = (phase: number): string => (phase === 0 ? 'holders run' : `load rests ${phase}`);
/** Names of the waits: the judge asks how they ended. */
export const worksWait = (phase: number): string => `the devices at work show it in phase ${phase}`;
export const restsWait = (phase: number): string =>
  phase === 0 ? 'devices that are held and rest are idle' : `the devices are idle again after phase ${phase}`;

/**
 * Asks the node's endpoint again and again: idle; held by pods that rest; at work, each in a pattern of its own; idle again. Every
 * answer stands in the timeline; beside it a note with what it says of each device, for the picture.
 */
export async function loadDevices(bench: Bench, target: LoadTarget): Promise<void> {
  const asked = await findEndpoints(bench, [target.place.node], target.rows, target.monitors);
  const best = mostTelling(
    asked.map(({ endpoint, answer }) => ({ endpoint, measured: measuredIn(answer, target.rows) })),
  );
  if (best === undefined) return correlate(bench, target, asked);
  bench.mark('endpoint chosen', best);
  const runtime = await loadRuntime(bench, target);
  const watch = new Watch(bench, best, target, await idle(bench, best, target));
  const holders = holdersOf(target.holders);
  const pods = await startHolders(bench, target, holders, runtime);
  bench.mark(restsMark(0));
  if (await watch.rest(0)) await patterns(bench, watch, holders, pods);
  bench.mark('load is over');
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
  bench.mark('load runs');
  const phases = holders[0]?.works.length ?? 0;
  for (let phase = 1; phase <= phases; phase += 1) {
    const working = pods.filter((_, at) => holders[at]?.works[phase - 1] === true);
    await Promise.all(working.map((pod) => order(bench, pod, true)));
    bench.mark(worksMark(phase), { holders: working.map(({ name }) => name) });
    const shown = await watch.work(phase, working.length);
    await Promise.all(working.map((pod) => order(bench, pod, false)));
    if (phase === phases || !shown) bench.mark('load ends');
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

function mostTelling(
  asked: readonly { endpoint: Endpoint; measured: { devices: readonly DeviceReading[] } | undefined }[],
): Endpoint | undefined {
  const count = ({ measured }: (typeof asked)[number]): number =>
    measured === undefined
      ? -1
      : measured.devices.filter(({ points, used }) => points !== undefined && used !== undefined).length;
  return asked.filter((one) => count(one) >= 0).toSorted((a, b) => count(b) - count(a))[0]?.endpoint;
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
  bench.mark('idle');
  return last;
}
