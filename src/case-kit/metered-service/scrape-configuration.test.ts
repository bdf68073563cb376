import { expect, it } from 'vitest';
import type { CollectionWay } from '../../inventory/monitoring.ts';
import type { Bench } from '../bench.ts';
import { CONFIGURATION, recordConfiguration } from './scrape-configuration.ts';
import { CHART, configAnswer } from './testing/configurations.ts';

const annotations: CollectionWay = { shape: 'annotations', labels: {}, namespaceLabels: {} };
const store = {
  title: 'Prometheus prom/server',
  ref: { apiVersion: 'v1', kind: 'Service', name: 'server', namespace: 'prom' },
  parts: [{ namespace: 'prom', service: 'server', port: 80, scheme: 'http', path: '/p' }],
} as const;

/** What was asked, and what was marked, when the store gives this answer (undefined: the API server refuses). */
async function recorded(way: CollectionWay, answer?: { status: number; text: string }): Promise<unknown[]> {
  const seen: unknown[] = [];
  const bench = {
    proxy: async (request: unknown) => {
      seen.push(request);
      return answer;
    },
    attempt: async (name: string, what: (named: unknown) => Promise<unknown>) => {
      seen.push(name);
      const value = await what(bench);
      return answer === undefined ? { accepted: false, status: 403, said: 'forbidden' } : { accepted: true, value };
    },
    mark: (name: string, data: unknown) => seen.push([name, data]),
  };
  await recordConfiguration(bench as unknown as Bench, { way }, store, 'ns-1');
  return seen;
}

it('is asked where queries are, by the rules that they have, and recorded with the pods that it is asked for', async () => {
  expect(await recorded(annotations, { status: 200, text: configAnswer(CHART) })).toEqual([
    CONFIGURATION,
    { namespace: 'prom', service: 'server', port: 80, scheme: 'http', path: '/p/api/v1/status/config' },
    [
      CONFIGURATION,
      {
        namespace: 'ns-1',
        annotations: {
          'prometheus.io/scrape': 'true',
          'prometheus.io/port': '8080',
          'prometheus.io/path': '/cgi-bin/metrics',
        },
        jobs: expect.arrayContaining([expect.objectContaining({ job_name: 'kubernetes-pods' })]) as unknown,
      },
    ],
  ]);
});

it('is recorded as not read when it is not there, or the API server refuses', async () => {
  const last = async (answer?: { status: number; text: string }): Promise<unknown> =>
    (await recorded(annotations, answer)).at(-1);
  expect(await last({ status: 404, text: 'none' })).toMatchObject([CONFIGURATION, { unread: 'it answered 404: none' }]);
  expect(await last()).toMatchObject([CONFIGURATION, { unread: 'forbidden' }]);
});

it('is not read where monitors ask', async () => {
  const monitor = { ...annotations, monitor: 'monitoring.coreos.com/v1/PodMonitor', shape: 'PodMonitor' } as const;
  expect(await recorded(monitor, { status: 200, text: configAnswer(CHART) })).toEqual([]);
});
