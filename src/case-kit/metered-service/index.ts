/** The kit's metered service as requirements see it: `metered.complete(bench, pod, 37)`. */
export type { CollectionWay, MetricsCollector, MetricsStore } from '../../inventory/monitoring.ts';
export * from './collect.ts';
export * from './drive.ts';
export * from './looks.ts';
export * from './metered-deployment.ts';
export * from './metric-names.ts';
export * from './query.ts';
export * from './scrape-configuration.ts';
export * from './scrape-interval.ts';
export * from './series.ts';
