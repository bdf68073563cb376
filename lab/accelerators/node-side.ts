import { symlinkSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Accelerator, FOLDER_IN_NODE } from './accelerator.ts';
import { HealthMonitor } from './device-health.ts';
import { log } from './log.ts';
import { MemoryReclaimer } from './memory-reclaimer.ts';
import { readRecord } from './record.ts';

/** What both of the node's drivers start with. */
export interface NodeSide {
  /** The node's folder of accelerators. */
  readonly folder: string;
  readonly node: string;
  readonly accelerators: readonly Accelerator[];
  readonly driverVersion: string;
  readonly health: HealthMonitor;
  /** Folder of the kubelet's .proto files. */
  readonly protos: string;
  /** Kubeconfig of the node's own identity (system:node:NAME). */
  readonly kubeconfig: string;
}

/** Reads a driver's command line (accelerator-service.ts writes it) and takes care of the devices, whoever hands them out. */
export function startNodeSide(): NodeSide {
  const { values } = parseArgs({
    options: { folder: { type: 'string' }, protos: { type: 'string' }, kubeconfig: { type: 'string' } },
  });
  const { folder, protos, kubeconfig } = values;
  if (!folder || !protos || !kubeconfig) throw new Error('usage: --folder FOLDER --protos FOLDER --kubeconfig FILE');
  const record = readRecord(folder);
  if (!record) throw new Error(`there is no record of accelerators in ${folder}`);
  showFolder(folder);
  const { node, accelerators, driverVersion } = record;
  const health = new HealthMonitor(accelerators);
  const report = (): void => {
    for (const accelerator of accelerators) {
      const state = health.of(accelerator);
      log(`${accelerator.uuid} is ${state.healthy ? 'healthy' : `unhealthy: ${state.reason}`}`);
    }
  };
  report();
  health.onChange(report);
  new MemoryReclaimer(accelerators);
  return { folder, node, accelerators, driverVersion, health, protos, kubeconfig };
}

/**
 * Shows the node's folder of accelerators at the path that is the same on every node, for the exporter's pods to mount. A
 * link comes into being whole; a mount point would be seen empty by a pod that is quicker.
 */
function showFolder(folder: string): void {
  try {
    symlinkSync(folder, FOLDER_IN_NODE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
