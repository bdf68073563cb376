import type { CollectionWay, MetricsCollector } from '../../inventory/monitoring.ts';
import type { KindName } from '../../kube/object.ts';
import type { Attempt, Bench, Handle } from '../bench.ts';
import { inconclusive } from '../stop.ts';
import type { MeteredDeployment } from './metered-deployment.ts';
import { type Collected, shapeOf } from './monitor-shapes.ts';

/** A collector and the way in which it is asked. Plain JSON: it travels in params. */
export interface Collection {
  readonly collector: MetricsCollector;
  readonly way: CollectionWay;
}

/** Name of the answers in the timeline. */
export const ASK_NAME = 'ask to be collected';

/** Kinds that `collect` creates beside the service's own. */
export function collectionKinds({ way }: Pick<Collection, 'way'>): KindName[] {
  return way.monitor === undefined ? [] : [way.monitor];
}

/** A namespace to which the collector pays heed: the case's own, or another one with the labels that it looks for. */
export async function collectedNamespace(
  bench: Bench,
  { way }: Pick<Collection, 'way'>,
  name = 'watched',
): Promise<string> {
  if (Object.keys(way.namespaceLabels).length === 0) return bench.namespace;
  return bench.createNamespace(name, { labels: { ...way.namespaceLabels } });
}

/** What the service's pods have to carry, for `meteredDeployment`. */
export function annotationsFor({ way }: Pick<Collection, 'way'>): Pick<MeteredDeployment, 'annotations'> {
  const { annotations } = shapeOf(way);
  return annotations === undefined ? {} : { annotations };
}

/**
 * Asks the collector for the pods of a service: creates the monitor (and what it needs) with the labels and in the namespace that this
 * collector looks at. A refusal is recorded under `ask to be collected` and ends the act.
 */
export async function collect(
  bench: Bench,
  { collector, way }: Collection,
  service: Collected,
): Promise<readonly Handle[]> {
  const made: Handle[] = [];
  for (const object of shapeOf(way).objects(way, collector, service)) {
    const answer: Attempt<Handle> = await bench.attempt(ASK_NAME, (named) => named.create(object));
    if (!answer.accepted)
      throw inconclusive(
        'environment',
        `${collector.title} cannot be asked: ${object.kind} ${object.metadata.name} was refused: ${answer.said}`,
        'See which policy or webhook refuses it.',
      );
    made.push(answer.value);
  }
  return made;
}
