import {
  type Facts,
  fact,
  type Instance,
  metered,
  type Needs,
  type NotRun,
  type NotRunInstance,
  type Place,
  phases,
} from '../../case-kit/index.ts';

export interface Params extends metered.Collection {
  readonly store: metered.MetricsStore;
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

function nameOf({ monitor, shape }: metered.CollectionWay): string {
  return (monitor?.split('/').at(-1) ?? shape).toLowerCase();
}

function notRun(alternative: string, why: NotRun): NotRunInstance {
  return { variant: alternative, alternative, notRun: why };
}

function needsOf({ store, way }: Params): Needs {
  const of = `${store.ref.apiVersion}/${store.ref.kind}` as const;
  return {
    creates: [...metered.SERVICE_KINDS, ...metered.collectionKinds({ way })],
    reads: [of],
    changes: ['apps/v1/Deployment'],
    rules: [metered.DRIVING_RULE, ...metered.storeRules(store)],
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

function noStore({ title, id }: metered.MetricsCollector): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'not-found',
    message: `${title} (${id}) collects, but no store inside the cluster was found that answers Prometheus queries`,
    remedy:
      'Install what answers queries for it inside the cluster (for example the query frontend of a managed service).',
  };
}

function noWay({ title, id }: metered.MetricsCollector): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'not-enabled',
    message: `${title} (${id}) chooses no monitors of any kind: its selectors are not set`,
    remedy: 'Set its selectors for PodMonitors or ServiceMonitors (an empty selector chooses all).',
  };
}

/** Names by which act and judges speak of the same. */
export const NAME = 'server';
export const GROUP = 'server';
export const CONTROL = 'control';

/** Requests to the first and the second pod before anybody was asked to collect, and how many more to both later on. */
export const FIRST = [37, 11] as const;
export const MORE = 5;
/** Requests to the pod that joins later. */
export const THIRD = 7;
/** What the gauge says at first; later on it says 0. */
export const DEPTH = 5;

/** The act, from when the pods have counted their first requests: nobody collects them, then somebody is asked to; a third pod comes and goes. */
export const P = phases({
  unasked: ['counted', 'asked to be collected'],
  collected: ['asked to be collected', 'ten more requests'],
  joins: ['a third pod asked for', 'third pod served'],
  replaced: ['third pod removed', 'over'],
});
/** Names of the pods that had counted their first requests, of the one that joined, and of those that stand in the place of the first ones. */
export const COUNTED = fact<{ readonly pods: readonly string[] }>('counted');
export const JOINED = fact<{ readonly pods: readonly string[] }>('third pod served');
export const REPLACED = fact<{ readonly pods: readonly string[] }>('third pod removed');

/** Names of looks into the store (answers), and of the polls that wait for them. */
export const LOOKS = {
  answers: 'does the store answer',
  absent: 'is the run unknown',
  unasked: 'is it collected unasked',
  collected: 'is it collected',
  exact: 'are the values exact',
  fresh: 'are the values fresh',
  third: 'is the third pod found',
  gone: 'is the removed pod gone',
  control: 'is the control collected',
  targets: 'what of the targets',
} as const;

/** The run of the control pod: its own series are told from all others. */
export const controlRun = (run: string): string => `${run}-control`;

/** How old a value may be: two scrapes and half a minute, milliseconds. */
export const freshWithin = (interval: number): number => 2 * interval + 30_000;

/** Until the values are exact: a minute, or more where a scrape takes longer to come round (pods with annotations are scraped while they still count). */
export const exactWithin = (interval: number): number => Math.max(60_000, freshWithin(interval));
