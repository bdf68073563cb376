import type { Accelerator } from './accelerator.ts';
import { eraseMemory, memoryInUse } from './device-memory.ts';
import { log } from './log.ts';
import { openBlockDevices } from './open-devices.ts';

/** How long a device must have been closed before its memory is freed: longer than a loop of short commands takes a breath. */
const IDLE_MS = 3000;
const LOOK_EVERY_MS = 1000;

/**
 * Frees the memory of an accelerator once no process on the node has it open any more, as a GPU's memory goes with the
 * last context. Independent of kubelet and of who was granted what. The kernel announces no close of a block device, so the
 * node's open files are looked at, but only while some memory is in use.
 */
export class MemoryReclaimer {
  readonly #accelerators: readonly Accelerator[];
  readonly #lastOpen = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #busy = false;

  constructor(accelerators: readonly Accelerator[]) {
    this.#accelerators = accelerators;
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.#reclaim(Date.now());
    } catch (error) {
      log(`memory could not be freed: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#busy = false;
    }
  }

  async #reclaim(now: number): Promise<void> {
    const used: Accelerator[] = [];
    for (const accelerator of this.#accelerators) {
      if ((await memoryInUse(accelerator)) > 0) used.push(accelerator);
      else this.#lastOpen.delete(accelerator.uuid);
    }
    if (used.length === 0) return;
    const open = openBlockDevices();
    for (const accelerator of used) {
      const since = this.#lastOpen.get(accelerator.uuid);
      if (since === undefined || open.has(`${accelerator.major}:${accelerator.minor}`)) {
        this.#lastOpen.set(accelerator.uuid, now);
      } else if (now - since >= IDLE_MS) {
        await eraseMemory(accelerator);
        this.#lastOpen.delete(accelerator.uuid);
        log(`freed the memory of ${accelerator.uuid}: closed for ${Math.round((now - since) / 1000)} s`);
      }
    }
  }
}
