import { pod } from '../../../evidence/testing/pod.ts';
import { ScriptedTimeline } from '../../../evidence/testing/scripted-timeline.ts';
import { TABLES } from '../../../inventory/tables.ts';
import type { AcceleratorTarget } from '../targets.ts';

/** A node with two accelerators of a known vendor, both free. */
export const nvidia: AcceleratorTarget = {
  place: { node: 'n1', tolerations: [] },
  ask: { mode: 'device-plugin', name: 'nvidia.com/gpu' },
  vendor: 'nvidia',
  patterns: {
    perDevice: ['/dev/nvidia[0-9]+'],
    control: ['/dev/nvidiactl', '/dev/nvidia-uvm(-tools)?'],
    majors: ['nvidia-frontend', 'nvidia'],
  },
  visibleDevices: ['NVIDIA_VISIBLE_DEVICES'],
  runtimeClasses: [],
  usable: 2,
  free: 2,
  devices: [],
  untried: [],
};
const { patterns: _, ...rest } = nvidia;
/** The same of a vendor that no table knows. */
export const unknown: AcceleratorTarget = {
  ...rest,
  vendor: 'unknown',
  ask: { mode: 'device-plugin', name: 'example.com/npu' },
};

/** A node with so many accelerators of a vendor of the tables, all free. */
export function ofVendor(vendor: string, name: string, count = 2): AcceleratorTarget {
  const row = TABLES.vendors.find((one) => one.vendor === vendor);
  if (row === undefined) throw new Error(`no row for ${vendor} in the table of vendors`);
  const { perDevice, control, majors, visibleDevices } = row;
  const patterns = { perDevice, control, majors };
  return {
    ...rest,
    vendor,
    ask: { mode: 'device-plugin', name },
    patterns,
    visibleDevices,
    usable: count,
    free: count,
  };
}

/** What the kernel says where the cgroup does not let in. */
export const DENIED = 'Operation not permitted';
/** A line of the probe: a device node that it found, and what opening it came to. */
export const gpu = (n: number, open = 'ok'): string => `dev /dev/nvidia${n} c 195:${n} ${open}`;
/** The control node of the vendor, found and opened. */
export const ctl = 'dev /dev/nvidiactl c 195:255 ok';
/** A line of the probe: it made the node of a device by hand and tried to open it. */
export const tried = (n: number, open = DENIED): string => `try c 195:${n} mknod=ok open=${open}`;
/** What a probe that came to its end has said. */
export const log = (...lines: string[]): string => ['major c 195 nvidia-frontend', ...lines, 'end'].join('\n');

/** A timeline with the logs of probes; `of`: pod, or `pod/container`, to what its probe said. */
export function logs(of: Record<string, string>, target = nvidia): ScriptedTimeline {
  const script = new ScriptedTimeline({ params: target }).watch('v1/Pod');
  const pods = new Set(Object.keys(of).map((where) => where.split('/')[0] ?? ''));
  for (const name of pods) script.add(pod(name, { group: name, node: target.place.node, phase: 'Running' }));
  for (const [where, text] of Object.entries(of)) {
    const [name = '', container = 'probe'] = where.split('/');
    script.log({ pod: name, container, text });
  }
  return script;
}
