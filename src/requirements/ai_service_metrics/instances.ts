import type { Facts, Instance, Needs, NotRun, NotRunInstance, Place } from '../../case-kit/index.ts';
import type { CollectionWay, MetricsCollector, MetricsStore } from '../../inventory/monitoring.ts';
import { type Collection, collectionKinds } from '../metered-service/collect.ts';
import { DRIVING_RULE } from '../metered-service/drive.ts';
import { SERVICE_KINDS } from '../metered-service/metered-deployment.ts';
import { storeRules } from '../metered-service/query.ts';

export interface Params extends Collection {
  readonly store: MetricsStore;
  /** With these, the pods may run on any node that takes pods. */
  readonly tolerations: Place['tolerations'];
}

/** One instance for each collector and kind of monitor: a collector passes with all its ways, and one collector suffices. */
export function instancesOf({
  inventory,
}: Pick<Facts, 'inventory'>): readonly (Instance<Params> | NotRunInstance)[] | NotRun {
  const { monitoring } = inventory;
  if (monitoring.length === 0) return nothingFound(inventory);
  const candidates = inventory.nodes.filter((node) => node.candidate);
  if (candidates.length === 0) return NO_NODE;
  const tolerations = [
    ...new Map(candidates.flatMap((node) => node.tolerations).map((one) => [JSON.stringify(one), one])).values(),
  ];
  return monitoring.flatMap((collector): (Instance<Params> | NotRunInstance)[] => {
    const alternative = collector.id;
    const [store] = collector.stores;
    if (store === undefined) return [notRun(alternative, noStore(collector))];
    if (collector.ways.length === 0) return [notRun(alternative, noWay(collector))];
    return collector.ways.map((way): Instance<Params> => {
      const params = { collector, way, store, tolerations };
      return { variant: `${alternative}.${nameOf(way)}`, alternative, params, needs: needsOf(params) };
    });
  });
}

const NO_NODE: NotRun = {
  outcome: 'inconclusive',
  class: 'capacity',
  message: 'no node takes pods',
  remedy: 'Add a Linux node that is Ready and not cordoned.',
};

function nameOf({ monitor, shape }: CollectionWay): string {
  return (monitor?.split('/').at(-1) ?? shape).toLowerCase();
}

function notRun(alternative: string, why: NotRun): NotRunInstance {
  return { variant: alternative, alternative, notRun: why };
}

function needsOf({ store, way }: Params): Needs {
  const of = `${store.ref.apiVersion}/${store.ref.kind}` as const;
  return {
    creates: [...SERVICE_KINDS, ...collectionKinds({ way })],
    reads: [of],
    changes: ['apps/v1/Deployment'],
    rules: [DRIVING_RULE, ...storeRules(store)],
  };
}

function nothingFound(inventory: Facts['inventory']): NotRun {
  const others = inventory.solutions.filter((one) => one.role === 'monitoring').map((one) => one.title);
  const found = others.length === 0 ? '' : `; ${others.join(', ')} is there, but nothing of it that collects`;
  return {
    outcome: 'inconclusive',
    class: 'not-found',
    message: `no monitoring system that collects metrics from pods was found (looked for Prometheus, VictoriaMetrics, managed collectors and Services of stores)${found}`,
    remedy:
      'Enable or install the monitoring system that the platform documents, for example Prometheus with its operator.',
  };
}

function noStore({ title, id }: MetricsCollector): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'not-found',
    message: `${title} (${id}) collects, but no store inside the cluster was found that answers Prometheus queries`,
    remedy:
      'Install what answers queries for it inside the cluster (for example the query frontend of a managed service).',
  };
}

function noWay({ title, id }: MetricsCollector): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'not-enabled',
    message: `${title} (${id}) chooses no monitors of any kind: its selectors are not set`,
    remedy: 'Set its selectors for PodMonitors or ServiceMonitors (an empty selector chooses all).',
  };
}
