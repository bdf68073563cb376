import { describe, expect, it } from 'vitest';
import type { CollectionWay, MetricsCollector } from '../../inventory/monitoring.ts';
import { shapeOf } from './monitor-shapes.ts';
import { prometheusDuration, scrapeInterval } from './scrape-interval.ts';

const service = { name: 'server', namespace: 'ns-1' };
const way = (more: Partial<CollectionWay>): CollectionWay => ({
  shape: 'PodMonitor',
  labels: {},
  namespaceLabels: {},
  ...more,
});
const collector = (interval: string | undefined, ways: readonly CollectionWay[] = [way({})]): MetricsCollector => ({
  id: 'c',
  solution: 's',
  title: 't',
  ways,
  stores: [],
  ...(interval === undefined ? {} : { interval }),
});

describe('monitors', () => {
  it('carry the labels that their collector wants, and speak of their own namespace', () => {
    const podMonitor = way({ monitor: 'monitoring.coreos.com/v1/PodMonitor', labels: { release: 'stack' } });
    expect(shapeOf(podMonitor).objects(podMonitor, collector('30s'), service)).toEqual([
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PodMonitor',
        metadata: { name: 'server', namespace: 'ns-1', labels: { release: 'stack' } },
        spec: {
          selector: { matchLabels: { 'plimsoll-metered': 'server' } },
          namespaceSelector: { matchNames: ['ns-1'] },
          podMetricsEndpoints: [{ port: 'http', path: '/cgi-bin/metrics', interval: '5s', scrapeTimeout: '5s' }],
        },
      },
    ]);
  });

  it('lie in the namespace in which the collector looks, under a name that nobody else has', () => {
    const elsewhere = way({
      monitor: 'monitoring.coreos.com/v1/ServiceMonitor',
      shape: 'ServiceMonitor',
      placedIn: 'monitoring',
    });
    const [made, monitor] = shapeOf(elsewhere).objects(elsewhere, collector('1s'), service);
    expect(made).toMatchObject({ kind: 'Service', metadata: { namespace: 'ns-1' } });
    expect(monitor).toMatchObject({
      kind: 'ServiceMonitor',
      metadata: { name: 'ns-1-server', namespace: 'monitoring' },
      spec: { endpoints: [{ port: 'http', path: '/cgi-bin/metrics' }] },
    });
  });

  it('are annotations where nothing else is heeded', () => {
    const annotated = way({ shape: 'annotations' });
    expect(shapeOf(annotated).objects(annotated, collector('1m', [annotated]), service)).toEqual([]);
    expect(shapeOf(annotated).annotations).toMatchObject({ 'prometheus.io/port': '8080' });
  });
});

describe('the scrape interval', () => {
  it('is five seconds, or what is quicker, or what cannot be changed', () => {
    expect([
      scrapeInterval(collector('30s')),
      scrapeInterval(collector('1s')),
      scrapeInterval(collector(undefined)),
    ]).toEqual([5000, 1000, 5000]);
    expect(scrapeInterval(collector('1m', [way({ shape: 'annotations' })]))).toBe(60_000);
  });

  it.each([
    ['1m30s', 90_000],
    ['250ms', 250],
    ['1h', 3_600_000],
    ['soon', 60_000],
    ['1x30s', 60_000],
  ])('reads %s', (text, ms) => {
    expect(prometheusDuration(text)).toBe(ms);
  });
});
