import type { MetricsCollector } from '../../inventory/monitoring.ts';

/** What we ask for where a monitor can say it. */
const ASKED = 5000;
/** What is taken where the collector does not tell its own. */
const UNTOLD = 60_000;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Milliseconds between two scrapes of the service: five seconds, or the collector's own interval where that is shorter or cannot be
 * changed. `its own`: unless it is asked otherwise.
 */
export function scrapeInterval(
  collector: Pick<MetricsCollector, 'interval' | 'ways'>,
  which: 'asked' | 'its own' = 'asked',
): number {
  const own = collector.interval === undefined ? UNTOLD : prometheusDuration(collector.interval);
  const fixed = collector.ways.every((way) => way.shape === 'annotations');
  return which === 'its own' || fixed ? own : Math.min(own, ASKED);
}

/** `1m30s` as milliseconds, as Prometheus writes durations; what cannot be read counts as a minute. */
export function prometheusDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+)(ms|[smhd])/g)];
  const whole = parts.map(([part]) => part).join('');
  if (parts.length === 0 || whole !== text) return UNTOLD;
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ''] ?? 0), 0);
}
