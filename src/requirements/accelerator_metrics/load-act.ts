import type { Bench } from '../../case-kit/index.ts';
import { correlate } from './correlation.ts';
import type { DeviceReading } from './device-readings.ts';
import type { Endpoint } from './endpoint.ts';
import { findEndpoints } from './find-endpoints.ts';
import { courses, EVERY_MS, LASTING, type Reading, readingOf, SHOWS_WITHIN, STIR } from './load-course.ts';
import { allocated, type LoadTarget } from './load-target.ts';
import { measuredIn, scrape } from './scrape.ts';
import { claimKind, POD, startLoad } from './start-load.ts';

/** Memory of a load that has to show: the metric may count in blocks of its own. */
export const MEMORY_SHARE = 0.75;

/**
 * Asks the node's endpoint again and again: idle, with one accelerator at work, idle again. Every answer stands in the timeline; beside it
 * a note with what it says of each device, for the picture.
 */
export async function loadOneDevice(bench: Bench, target: LoadTarget): Promise<void> {
  const asked = await findEndpoints(bench, [target.place.node], target.rows, target.monitors);
  const best = mostTelling(
    asked.map(({ endpoint, answer }) => ({ endpoint, measured: measuredIn(answer, target.rows) })),
  );
  if (best === undefined) return correlate(bench, target, asked);
  bench.mark('endpoint chosen', best);
  const before = await idle(bench, best, target);
  const pod = await startLoad(bench, target);
  bench.mark('load runs');
  const during: Reading[] = [];
  const shows = async (): Promise<true | string> => {
    during.push(await ask(bench, best, target));
    return atWork(courses(before, during), allocated(target));
  };
  const poll = { every: EVERY_MS, within: SHOWS_WITHIN, otherwise: 'go-on' } as const;
  await bench.poll('a device shows the load', shows, poll);
  await bench.logs(pod.ref, POD);
  bench.mark('load ends');
  await bench.remove(pod.ref, { gracePeriodSeconds: 0 });
  await bench.untilGone(bench.pods({ group: POD }), { within: '90s' });
  bench.mark('load is gone');
  const after = async (): Promise<true | string> =>
    calm(courses(before, [await ask(bench, best, target)]), allocated(target));
  await bench.poll('the devices are as before', after, poll);
  bench.mark('as before');
  // A claim holds its device until it is gone itself.
  if (target.ask.mode !== 'device-plugin')
    await bench.untilGone({ of: claimKind(target) }, { within: '60s', otherwise: 'go-on' });
  bench.releaseTokens();
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

async function ask(bench: Bench, endpoint: Endpoint, { rows }: LoadTarget): Promise<Reading> {
  const devices = measuredIn(await scrape(bench, endpoint), rows)?.devices ?? [];
  bench.note('devices', { devices: devices.map(({ key, points, used }) => ({ key, points, used })) });
  return readingOf(devices);
}

/** Waits until what others did before has died away: two answers in a row that are alike and low. */
async function idle(bench: Bench, endpoint: Endpoint, target: LoadTarget): Promise<Reading> {
  let last = await ask(bench, endpoint, target);
  const quiet = async (): Promise<true | string> => {
    const next = await ask(bench, endpoint, target);
    const restless = courses(last, [next]).filter((one) => one.stirred > 0 || one.highest >= STIR || usedMore(one));
    last = next;
    return (
      restless.length === 0 || `${restless.map(({ key, highest }) => `${key} at ${Math.round(highest)} %`).join(', ')}`
    );
  };
  await bench.poll('the devices are idle', quiet, { every: EVERY_MS, within: '60s', otherwise: 'go-on' });
  bench.mark('idle');
  return last;
}

function usedMore({ before, mostUsed }: ReturnType<typeof courses>[number]): boolean {
  return Math.abs((mostUsed ?? 0) - (before?.used ?? 0)) > 2 ** 20;
}

/** True once some device has shown the load long enough, with its memory where the load takes some. */
function atWork(all: ReturnType<typeof courses>, allocates: number | undefined): true | string {
  const loaded = all.filter(({ loaded }) => loaded >= LASTING);
  if (loaded.length === 0)
    return (
      all.map(({ key, highest }) => `${key} at most ${Math.round(highest)} %`).join(', ') || 'no device is told of'
    );
  const waits = loaded.filter((one) => allocates !== undefined && rise(one) < allocates * MEMORY_SHARE);
  return waits.length < loaded.length || `${waits.map((one) => `${one.key} uses ${rise(one)} bytes more`).join(', ')}`;
}

/** Bytes that a device used more at most than before. */
export function rise({ before, mostUsed }: Pick<ReturnType<typeof courses>[number], 'before' | 'mostUsed'>): number {
  return (mostUsed ?? 0) - (before?.used ?? 0);
}

function calm(all: ReturnType<typeof courses>, allocates: number | undefined): true | string {
  const restless = all.filter((one) => !asBefore(one, allocates));
  return (
    restless.length === 0 || `${restless.map(({ key, highest }) => `${key} at ${Math.round(highest)} %`).join(', ')}`
  );
}

/** Utilisation within 10 points of what it was, memory given back but for a quarter of what the load took. */
export function asBefore(one: ReturnType<typeof courses>[number], allocates: number | undefined): boolean {
  if (one.highest - (one.before?.points ?? 0) >= STIR) return false;
  return allocates === undefined || rise(one) <= allocates * (1 - MEMORY_SHARE);
}
