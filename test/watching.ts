import type { KubeObject } from '../src/kube/object.ts';
import type { GapEvent, ObjectEvent, Watch, WatchEvent } from '../src/kube/watch/watch.ts';

/** What tests of watches say of events. */

/** Collects a watch's events in the background. */
export function collect(watch: Watch): { events: WatchEvent[]; done: Promise<unknown> } {
  const events: WatchEvent[] = [];
  const done = (async () => {
    for await (const event of watch) events.push(event);
  })().catch((error: unknown) => error);
  return { events, done };
}

export const objects = (events: readonly WatchEvent[]): ObjectEvent[] =>
  events.filter((event): event is ObjectEvent => 'object' in event);
export const gaps = (events: readonly WatchEvent[]): GapEvent[] => events.filter((event) => event.type === 'GAP');
export const show = (event: WatchEvent): string =>
  'object' in event ? `${event.type} ${event.object.metadata.name} ${event.source}` : event.type;

export const configMap = (namespace: string, name: string, data: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});
