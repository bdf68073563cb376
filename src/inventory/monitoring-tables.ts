import * as z from 'zod';
import monitoring from './tables/monitoring.json' with { type: 'json' };

/** A way in which somebody asks for his pods to be collected. */
const WayRow = z.strictObject({
  /** `group/Kind` of the object that asks; absent for annotations on the pods. */
  monitor: z.string().optional(),
  /** How that object looks (src/case-kit/metered-service/monitor-shapes.ts). */
  shape: z.enum(['PodMonitor', 'ServiceMonitor', 'PodMonitoring', 'annotations']),
  /** Fields of the collector's spec (paths with dots) that choose such objects, and the namespaces in which they may lie. */
  selector: z.string().optional(),
  namespaceSelector: z.string().optional(),
  /** A field of the spec that, when true, makes absent selectors mean "all". */
  all: z.string().optional(),
});
const CollectorRow = z.strictObject({
  /** Id of its row in solutions.json, or `annotations`. */
  solution: z.string(),
  title: z.string(),
  /** `group/Kind` of which each object is one collector; absent: there is one collector when the ways' kinds are served. */
  instance: z.string().optional(),
  /** Without instances: there is one for each store of these ids that no instance stands behind. */
  store: z.array(z.string()).optional(),
  /** An instance is a collector only where this field of its spec (a path with dots) has this value. */
  when: z.strictObject({ field: z.string(), is: z.boolean() }).optional(),
  /** How often it scrapes when nothing is said. */
  interval: z.string().optional(),
  ways: z.array(WayRow),
  /** It can be asked itself: its Service, or its first pod of each shard, and the port's name and number. */
  answers: z.strictObject({ service: z.string(), pod: z.string(), port: z.string(), podPort: z.int() }).optional(),
});
/** A store that speaks the Prometheus HTTP API, found by the labels of its Service, or by its name where labels tell nothing. */
const StoreRow = z.strictObject({
  id: z.string(),
  title: z.string(),
  labels: z.string().optional(),
  names: z.string().optional(),
  /** Before /api/v1. */
  path: z.string().optional(),
});
const MonitoringTables = z.strictObject({ collectors: z.array(CollectorRow), stores: z.array(StoreRow) });

export type CollectorRow = z.infer<typeof CollectorRow>;
export type WayRow = z.infer<typeof WayRow>;
export type StoreRow = z.infer<typeof StoreRow>;

/** What differs between monitoring systems. */
export const MONITORING = MonitoringTables.parse(monitoring);
