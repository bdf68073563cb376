import * as z from 'zod';

/** A regular expression over a whole metric name. */
const Pattern = z.string().refine(isPattern, { message: 'this is no regular expression' });

const MemorySeries = z.strictObject({
  name: Pattern,
  unit: z.enum(['bytes', 'KiB', 'MiB', 'GiB']),
  /** Several series of one device are parts of a whole. Default: the largest counts. */
  sum: z.boolean().optional(),
});

/** How an exporter names what it says about accelerators. The first name that a device has a value for counts. */
export const AcceleratorMetricsRow = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Vendors (extended-resources.json, dra-drivers.json) whose devices it measures; empty = anybody's. */
  vendors: z.array(z.string()),
  /** Names by which an endpoint is known to be of this kind. */
  recognise: Pattern,
  /** Names of its pods or images (`*` stands for anything): a pod of such a name that answers nonsense is an exporter all the same. */
  exporters: z.array(z.string()),
  ports: z.array(z.int()),
  /** Labels that name a device, the best first; all of them are compared with what the cluster calls it. */
  identity: z.array(z.string()).min(1),
  /** Labels that name a partition of a device. */
  partition: z.array(z.string()).optional(),
  utilisation: z.array(z.strictObject({ name: Pattern, unit: z.enum(['percent', 'ratio']) })).min(1),
  memoryUsed: z.array(MemorySeries).min(1),
  memoryTotal: z.array(MemorySeries),
  /** Where no total is told: used and these together. */
  memoryFree: z.array(MemorySeries).optional(),
  auxiliary: z.array(z.strictObject({ what: z.enum(['temperature', 'power', 'interconnect']), match: Pattern })),
  /** Node label with the number of devices, where a device is offered several times (time-slicing). */
  countLabel: z.string().optional(),
  /** Node label with the memory of each device. */
  memoryLabel: z.strictObject({ name: z.string(), unit: z.enum(['bytes', 'KiB', 'MiB', 'GiB']) }).optional(),
});
export type AcceleratorMetricsRow = z.infer<typeof AcceleratorMetricsRow>;

/** What puts a device to work, and how much memory that takes. */
export const AcceleratorLoadRow = z.strictObject({
  vendor: z.string(),
  /** For /bin/sh of the image; runs until it is killed. A line `device NAME` in its output tells which device it was given. */
  script: z.string(),
  /** Default: the probe image (busybox). */
  image: z.string().optional(),
  /** What it allocates on the device, where it does; the metric has to rise by as much. */
  allocates: z.strictObject({ amount: z.number(), unit: z.enum(['bytes', 'KiB', 'MiB', 'GiB']) }).optional(),
  /** `root`: container root with the default capabilities (Pod Security baseline). Default `restricted`. */
  user: z.enum(['root', 'restricted']).optional(),
});
export type AcceleratorLoadRow = z.infer<typeof AcceleratorLoadRow>;

const BYTES = { bytes: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** An amount of memory in bytes. */
export function inBytes(amount: number, unit: keyof typeof BYTES): number {
  return amount * BYTES[unit];
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}
