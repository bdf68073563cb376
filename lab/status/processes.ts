import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lives } from '../box/crash-loop.ts';
import type { CgroupLayout } from '../cgroup/cgroup-layout.ts';
import { groupPath, groupProcesses } from '../cgroup/group.ts';

/** A service of a box as it is now. */
export interface ServiceStatus {
  readonly name: string;
  /** Process id on the host; undefined while it is down (it is started again one second after it ended). */
  readonly pid: number | undefined;
  /** Proportional set size in bytes: pages shared with other processes are counted in parts. */
  readonly memoryBytes: number;
  /** How often it ended and was started again. */
  readonly restarts: number;
}

export interface BoxStatus {
  readonly services: readonly ServiceStatus[];
  /** Everything in the box, pods included. */
  readonly processes: number;
  readonly memoryBytes: number;
}

/** The services of a box (`run/NAME.pid` in its folder, as PID 1 of the box numbers them) and what all of it uses. */
export function boxStatus(cgroups: CgroupLayout, lab: string, box: string, directory: string): BoxStatus {
  const pids = groupProcesses(cgroups, groupPath(lab, box));
  const memory = new Map(pids.map((pid) => [pid, proportionalSetSize(pid)]));
  const byInnerPid = new Map(pids.map((pid) => [innerPid(pid), pid]));
  const services = pidFiles(directory).map(({ name, inner }): ServiceStatus => {
    const pid = byInnerPid.get(inner);
    return { name, pid, memoryBytes: (pid && memory.get(pid)) ?? 0, restarts: lives(directory, name).length };
  });
  return { services, processes: pids.length, memoryBytes: [...memory.values()].reduce((sum, one) => sum + one, 0) };
}

function pidFiles(directory: string): { name: string; inner: number }[] {
  let names: string[];
  try {
    names = readdirSync(join(directory, 'run'));
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.pid'))
    .map((file) => ({
      name: file.slice(0, -'.pid'.length),
      inner: Number(readFileSync(join(directory, 'run', file), 'utf8')),
    }));
}

/**
 * The number of a process in its box. NSpid lists one number per nested PID namespace, from the host's on: a process of
 * the box itself has two, one of a pod three, whose last may equal a service's.
 */
function innerPid(pid: number): number | undefined {
  const line = readProc(pid, 'status').match(/^NSpid:\s+(.*)$/m)?.[1];
  const numbers = line?.split(/\s+/).map(Number) ?? [];
  return numbers.length === 2 ? numbers[1] : undefined;
}

function proportionalSetSize(pid: number): number {
  const kib = readProc(pid, 'smaps_rollup').match(/^Pss:\s+(\d+) kB$/m)?.[1];
  return Number(kib ?? 0) * 1024;
}

/** Empty when the process has ended meanwhile. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
