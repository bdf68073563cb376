import { readFileSync, statSync } from 'node:fs';
import { type Accelerator, devicePath } from './accelerator.ts';
import { backingFile } from './loop-device.ts';

/** Whether a device can do its work, and if not, why (for a person). */
export type Health = { readonly healthy: true } | { readonly healthy: false; readonly reason: string };

/** Looks at one device: the kernel's side of it, and its node in this mount namespace's /dev. */
export function checkHealth(accelerator: Accelerator, path = devicePath(accelerator)): Health {
  const device = `/dev/loop${accelerator.loop}`;
  const file = backingFile(accelerator.loop);
  if (file === undefined) return { healthy: false, reason: `${device} has lost its memory (no backing file)` };
  if (!file.includes(accelerator.uuid))
    return { healthy: false, reason: `${device} belongs to somebody else (${file})` };
  if (file.endsWith(' (deleted)')) return { healthy: false, reason: `the backing file of ${device} was deleted` };
  const bytes = Number(readFileSync(`/sys/block/loop${accelerator.loop}/size`, 'utf8')) * 512;
  if (bytes !== accelerator.memoryBytes) {
    return { healthy: false, reason: `${device} has ${bytes} bytes instead of ${accelerator.memoryBytes}` };
  }
  const node = statSync(path, { throwIfNoEntry: false });
  if (!node?.isBlockDevice()) return { healthy: false, reason: `${path} is no block device on this node` };
  return { healthy: true };
}

/** Watches the health of a node's devices and tells its listeners when one changes. */
export class HealthMonitor {
  readonly #accelerators: readonly Accelerator[];
  readonly #check: (accelerator: Accelerator) => Health;
  readonly #listeners = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  #state: ReadonlyMap<string, Health>;

  /** sysfs announces no loss of a backing file, so the devices are looked at every `everyMs`. */
  constructor(accelerators: readonly Accelerator[], everyMs = 1000, check: typeof checkHealth = checkHealth) {
    this.#accelerators = accelerators;
    this.#check = (accelerator) => check(accelerator);
    this.#state = this.#look();
    this.#timer = setInterval(() => this.refresh(), everyMs);
    this.#timer.unref();
  }

  of(accelerator: Accelerator): Health {
    return this.#state.get(accelerator.uuid) ?? { healthy: false, reason: 'not one of this node' };
  }

  /** Calls back after every change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks now. */
  refresh(): void {
    const state = this.#look();
    const changed = JSON.stringify([...state]) !== JSON.stringify([...this.#state]);
    this.#state = state;
    if (changed) for (const listener of this.#listeners) listener();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  #look(): ReadonlyMap<string, Health> {
    return new Map(this.#accelerators.map((accelerator) => [accelerator.uuid, this.#check(accelerator)]));
  }
}
