import type { DeviceNumber, ProbedDevice, ProbeReport } from './probe-report.ts';

/** What is known of a vendor's device nodes (inventory/tables/vendors.json). Plain JSON: it travels in a case's params. */
export interface DevicePatterns {
  /** Regular expressions of the nodes of single devices, and of nodes that all devices share. */
  readonly perDevice: readonly string[];
  readonly control: readonly string[];
  /** Names of the vendor's majors in /proc/devices. */
  readonly majors: readonly string[];
}

export interface AcceleratorNodes {
  readonly perDevice: readonly ProbedDevice[];
  readonly control: readonly ProbedDevice[];
  /** Beyond the runtime's default devices, and neither: they may be an accelerator that the tables do not know. */
  readonly others: readonly ProbedDevice[];
}

/** Sorts the device nodes of a container by a vendor's patterns. */
export function sortNodes(report: ProbeReport, patterns: DevicePatterns | undefined): AcceleratorNodes {
  const fits = (sources: readonly string[], path: string): boolean =>
    sources.some((source) => new RegExp(`^(?:${source})$`).test(path));
  const perDevice = report.devices.filter((device) => fits(patterns?.perDevice ?? [], device.path));
  const control = report.devices.filter((device) => fits(patterns?.control ?? [], device.path));
  const others = report.devices.filter((device) => !perDevice.includes(device) && !control.includes(device));
  return { perDevice, control, others };
}

/**
 * How many accelerators the nodes stand for. Some vendors have several nodes for one device (AMD: renderD and card), so each
 * pattern is counted by itself and the largest count is taken: getting more than was asked for always shows.
 */
export function countDevices(nodes: readonly ProbedDevice[], patterns: DevicePatterns): number {
  const counts = patterns.perDevice.map((source) => {
    const pattern = new RegExp(`^(?:${source})$`);
    return new Set(nodes.filter((device) => pattern.test(device.path)).map((device) => device.number)).size;
  });
  return Math.max(0, ...counts);
}

/**
 * Nodes in a container that was granted nothing which are an accelerator all the same: by path, by the name of their major, or
 * because their number is one that another pod was granted. A set that is the difference of two containers on one node would
 * not do: a leak stands in both.
 */
export function leakedNodes(
  report: ProbeReport,
  patterns: DevicePatterns | undefined,
  granted: ReadonlySet<DeviceNumber>,
): readonly ProbedDevice[] {
  const { perDevice, control } = sortNodes(report, patterns);
  const ofMajor = (device: ProbedDevice): boolean => {
    const [kindAndMajor = ''] = device.number.split(':');
    return patterns?.majors.includes(report.majors.get(kindAndMajor) ?? '') ?? false;
  };
  return report.devices.filter(
    (device) => perDevice.includes(device) || control.includes(device) || ofMajor(device) || granted.has(device.number),
  );
}
