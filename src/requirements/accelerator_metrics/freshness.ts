import { type Bench, type BenchAnswer, type Finding, fails, passes } from '../../case-kit/index.ts';
import type { AcceleratorMetricsRow } from '../../inventory/metrics-tables.ts';
import type { DeviceReading } from './device-readings.ts';
import type { Endpoint } from './endpoint.ts';
import { measuredIn, type Scrape, scrape } from './scrape.ts';

/** A sample that has a time of its own gets a new one within so long (dcgm-exporter collects every 30 s, the slowest default known). */
const STALE_MS = 35_000;

const stampOf = (devices: readonly DeviceReading[]): number | undefined => {
  const stamps = devices.flatMap(({ timestamp }) => timestamp ?? []);
  return stamps.length === 0 ? undefined : Math.max(...stamps);
};

/**
 * Asks an endpoint whose samples say themselves of when they are until they are newer, or long enough. Others show under load whether
 * they are fresh (the other case).
 */
export async function awaitNewerSamples(
  bench: Bench,
  { endpoint, answer }: { endpoint: Endpoint; answer: BenchAnswer | undefined },
  rows: readonly AcceleratorMetricsRow[],
): Promise<void> {
  const first = stampOf(measuredIn(answer, rows)?.devices ?? []);
  if (first === undefined) return;
  const look = async (): Promise<true | string> => {
    const last = stampOf(measuredIn(await scrape(bench, endpoint), rows)?.devices ?? []);
    return (last !== undefined && last > first) || `they are still of ${new Date(first).toISOString()}`;
  };
  const within = `${STALE_MS + 6_000}ms` as const;
  await bench.poll(`newer samples of ${endpoint.pod}`, look, { within, every: '5s', otherwise: 'go-on' });
}

/** R3: samples that have a time of their own get a new one. Without such a time there is nothing to say here. */
export function freshnessFinding(node: string, scrapes: readonly Scrape[]): Finding[] {
  return [...Map.groupBy(scrapes, ({ endpoint }) => endpoint).values()].flatMap((series) => {
    const stamped = series.flatMap((one) => {
      const stamp = stampOf(one.measured?.devices ?? []);
      return stamp === undefined ? [] : [{ seq: one.seq, t: one.t, stamp }];
    });
    const [first, last] = [stamped[0], stamped.at(-1)];
    if (first === undefined || last === undefined) return [];
    const claim = `the samples told on ${node} are of now`;
    const evidence = [first.seq, last.seq];
    const seconds = Math.round((last.t - first.t) / 1000);
    if (last.stamp > first.stamp) return [passes(claim, `they were newer ${seconds} s later`, evidence)];
    if (last.t - first.t < STALE_MS) return [];
    const when = new Date(last.stamp).toISOString();
    return [
      fails(
        claim,
        `their own time is ${when} still ${seconds} s later`,
        evidence,
        'See why the exporter serves old values.',
      ),
    ];
  });
}
