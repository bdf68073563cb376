import { type Bench, type Facts, list, type Needs, type NotRun, text } from '../../runner/case-kit.ts';
import { DRIVING_RULE } from '../metered-service/drive.ts';
import { SERVICE_LABEL } from '../metered-service/metered-deployment.ts';
import { METRICS } from '../metered-service/metric-names.ts';
import { customMetricsRule, type MetricsApi } from './custom-metrics.ts';
import { metricsApi, relistInterval } from './metrics-api.ts';
import { SERVICE } from './scaled-service.ts';
import type { Times } from './times.ts';

/** From the gauge of a pod to the autoscaler: what collects it, and the API that serves it. Plain JSON. */
export interface Pipeline {
  readonly api: MetricsApi;
}

/** The pipeline of a cluster, or what of it is missing. */
export function pipelineOf(facts: Facts): Pipeline | NotRun {
  const api = metricsApi(facts);
  if ('outcome' in api) return api;
  return { api };
}

const ADAPTERS_DEPLOYMENT = 'apps/v1/Deployment';

export function pipelineNeeds(_pipeline: Pipeline): Needs {
  return {
    creates: ['monitoring.coreos.com/v1/PodMonitor'],
    reads: [ADAPTERS_DEPLOYMENT],
    rules: [DRIVING_RULE, customMetricsRule(METRICS.queueDepth)],
  };
}

export async function collectFrom(
  bench: Bench,
  _pipeline: Pipeline,
  group: string,
): Promise<{ namespace: string; start(): Promise<void> }> {
  const { namespace } = bench;
  const start = async (): Promise<void> => {
    await bench.create(
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PodMonitor',
        metadata: { name: SERVICE, namespace },
        spec: {
          selector: { matchLabels: { [SERVICE_LABEL]: SERVICE } },
          podMetricsEndpoints: [{ port: 'http', path: '/cgi-bin/metrics' }],
        },
      },
      { group },
    );
  };
  return { namespace, start };
}

/** How long a value may take, milliseconds: longer where the adapter looks for new series only now and then. Never a criterion. */
export async function patience(bench: Bench, { api }: Pipeline, { pipeline }: Times): Promise<number> {
  const { adapter } = api;
  if (adapter === undefined) return pipeline;
  const found = await bench.attempt('adapter', (named) =>
    named.get({ apiVersion: 'apps/v1', kind: 'Deployment', ...adapter }),
  );
  if (!found.accepted) return pipeline + relistInterval([]);
  const containers = list(found.value, 'spec.template.spec.containers');
  const args = containers
    .flatMap((container) => [...list(container, 'command'), ...list(container, 'args')])
    .map(String);
  const interval = relistInterval(args);
  bench.note(`the adapter looks for new series every ${interval} ms`, { image: text(containers[0], 'image') });
  return pipeline + interval;
}
