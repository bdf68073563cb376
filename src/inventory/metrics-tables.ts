import * as z from 'zod';

/** A regular expression over a whole name or value. */
const Pattern = z.string().refine(isPattern, { message: 'this is no regular expression' });

/** Labels that a series must have, each with a pattern over its whole value; a label that is missing counts as empty. */
const Labels = z.record(z.string(), Pattern);

const MemorySeries = z.strictObject({
  name: Pattern,
  unit: z.enum(['bytes', 'KiB', 'MiB', 'GiB']),
  where: Labels.optional(),
  /** Found in the HELP text: tells versions apart that changed the unit and kept the name. */
  help: Pattern.optional(),
  /** Several series of one device are parts of a whole: all of them, or one of each name. Default: the largest counts. */
  sum: z.union([z.boolean(), z.literal('names')]).optional(),
});

/** How an exporter names what it says about accelerators. The first name that a device has a value for counts. */
export const AcceleratorMetricsRow = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Vendors (extended-resources.json, dra-drivers.json) whose devices it measures; empty = anybody's. */
  vendors: z.array(z.string()),
  /** Names by which an endpoint is known to be of this kind. */
  recognise: Pattern,
  /** Only series with these labels are of this kind: several exporters share the names. */
  where: Labels.optional(),
  /** Its names can be given any prefix in its configuration; all patterns of names here are without it. */
  prefixed: z.boolean().optional(),
  /** Versions that name things differently; the first of which a name is there is told. */
  versions: z.array(z.strictObject({ title: z.string(), names: Pattern })).optional(),
  /** Names of its pods or images (`*` stands for anything): a pod of such a name that answers nonsense is an exporter all the same. */
  exporters: z.array(z.string()),
  ports: z.array(z.int()),
  /** Labels that name a device, the best first; all of them are compared with what the cluster calls it. */
  identity: z.array(z.string()).min(1),
  /** Labels that name a partition of a device. */
  partition: z.array(z.string()).optional(),
  /** A series with these labels is of a whole device, whatever it says of partitions. */
  whole: Labels.optional(),
  /** A device has several cores, and its series are those of cores. */
  cores: z
    .strictObject({
      /** Number of the core on the node, counted from 0. */
      label: z.string(),
      /** A series whose label tells how many cores a device has. */
      perDevice: z.strictObject({ series: Pattern, label: z.string() }),
      /** Where no such series is there: by the beginning of another label's value. */
      byType: z.strictObject({ label: z.string(), cores: z.record(z.string(), z.int()) }),
    })
    .optional(),
  utilisation: z
    .array(z.strictObject({ name: Pattern, unit: z.enum(['percent', 'ratio']), where: Labels.optional() }))
    .min(1),
  memoryUsed: z.array(MemorySeries).min(1),
  memoryTotal: z.array(MemorySeries),
  /** Where no total is told: used and these together. */
  memoryFree: z.array(MemorySeries).optional(),
  /** Values that stand for "not supported". */
  noValue: z.array(z.number()).optional(),
  auxiliary: z.array(z.strictObject({ what: z.enum(['temperature', 'power', 'interconnect']), match: Pattern })),
  /** Names that look like utilisation or memory of a device and are neither: copy engines, encoders, clocks. */
  other: Pattern.optional(),
  /**
   * What it tells only while a device is at work, and why: that something is missing at rest shows nothing. `where`: only of devices
   * with these labels; `unless`: not where one of these names is there; `utilisationOnly`: memory is told at rest too.
   */
  onlyInUse: z
    .array(
      z.strictObject({
        why: z.string(),
        where: Labels.optional(),
        unless: Pattern.optional(),
        utilisationOnly: z.boolean().optional(),
      }),
    )
    .optional(),
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

/** In place of a vendor: a program for the accelerators of all of them, also of vendors that no table knows. */
export const ANY_VENDOR = '*';

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

/** Makers whose accelerators are known, also those of whose metrics nothing is. */
const MAKERS =
  'nvidia amd intel aws google huawei cambricon hygon metax mthreads enflame iluvatar kunlunxin biren vastai furiosa rebellions tenstorrent ibm microsoft'.split(
    ' ',
  );

/**
 * The rows for accelerators of one maker, as a person writes its name: its own first, then those of anybody. `own` is undefined where
 * nobody knows the name.
 */
export function rowsOfMaker(
  name: string,
  rows: readonly AcceleratorMetricsRow[],
): { readonly own?: readonly AcceleratorMetricsRow[]; readonly makers: readonly string[] } {
  const bare = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const makers = [...new Set([...MAKERS, ...rows.flatMap(({ vendors }) => vendors)])].sort();
  const maker = makers.find((one) => bare(one) === bare(name));
  if (maker === undefined) return { makers };
  const own = rows.filter(({ vendors }) => vendors.includes(maker));
  return { own: [...own, ...rows.filter(({ vendors }) => vendors.length === 0)], makers };
}
