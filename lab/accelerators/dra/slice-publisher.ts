import { setTimeout as delay } from 'node:timers/promises';
import type { LabApi } from '../../api/lab-api.ts';
import { type Accelerator, DRIVER_NAME } from '../accelerator.ts';
import type { HealthMonitor } from '../device-health.ts';
import { log } from '../log.ts';
import { type NodeIdentity, type ResourceSlice, resourceSlice, saysTheSame, sliceName } from './resource-slice.ts';

const PATH = '/apis/resource.k8s.io/v1/resourceslices';

export interface SlicePublisherParts {
  readonly api: LabApi;
  readonly node: NodeIdentity;
  readonly accelerators: readonly Accelerator[];
  readonly driverVersion: string;
  readonly health: Pick<HealthMonitor, 'of' | 'onChange'>;
}

/**
 * Keeps the node's ResourceSlice true for as long as the driver lives: after each change of a device's health, and after
 * somebody else changed or deleted it (a kubelet that starts deletes the slices of its node). Each change of content gets
 * the next generation of the pool, counted on from what the API server has or what was last written.
 */
export class SlicePublisher {
  readonly #parts: SlicePublisherParts;
  readonly #end = new AbortController();
  #generation = 0;
  #queue: Promise<void> = Promise.resolve();
  #waiting = false;

  constructor(parts: SlicePublisherParts) {
    this.#parts = parts;
  }

  /** Publishes now and keeps it so. Resolves when the slice stands for the first time. */
  async start(): Promise<void> {
    await this.#publish();
    const stop = this.#parts.health.onChange(() => this.#enqueue());
    this.#end.signal.addEventListener('abort', stop, { once: true });
    void this.#follow();
  }

  close(): void {
    this.#end.abort();
  }

  /** At most one publication under way and one waiting: the waiting one sees every change before it. */
  #enqueue(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#queue = this.#queue.then(async () => {
      this.#waiting = false;
      await this.#publishUntilDone();
    });
  }

  async #publishUntilDone(): Promise<void> {
    for (let pause = 200; !this.#end.signal.aborted; pause = Math.min(pause * 2, 5000)) {
      try {
        await this.#publish();
        return;
      } catch (error) {
        log(`the ResourceSlice could not be written, tried again in ${pause} ms: ${text(error)}`);
        await delay(pause);
      }
    }
  }

  async #publish(): Promise<void> {
    const { api, node, accelerators, driverVersion, health } = this.#parts;
    const path = `${PATH}/${sliceName(node.name)}`;
    const { status, body } = await api.request('GET', path);
    const stored = status === 200 ? (body as ResourceSlice) : undefined;
    if (!stored && status !== 404) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    const generation = Math.max(this.#generation, stored?.spec.pool.generation ?? 0);
    const wanted = resourceSlice(node, accelerators, driverVersion, (one) => health.of(one), generation);
    if (stored && saysTheSame(stored, wanted) && tainted(stored) === tainted(wanted)) {
      this.#generation = generation;
      return;
    }
    const next = { ...wanted, spec: { ...wanted.spec, pool: { ...wanted.spec.pool, generation: generation + 1 } } };
    const { resourceVersion } = stored?.metadata ?? {};
    const answer = stored
      ? await api.request('PUT', path, { body: { ...next, metadata: { ...next.metadata, resourceVersion } } })
      : await api.request('POST', PATH, { body: next });
    if (answer.status >= 300) throw new Error(`writing ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    this.#generation = generation + 1;
    log(`published ${accelerators.length} devices of pool ${node.name}, generation ${this.#generation}`);
  }

  async #follow(): Promise<void> {
    const { api, node } = this.#parts;
    const selector = encodeURIComponent(`spec.nodeName=${node.name},spec.driver=${DRIVER_NAME}`);
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        for await (const event of api.watch(`${PATH}?fieldSelector=${selector}`, signal)) {
          if (event.type !== 'BOOKMARK') this.#enqueue();
        }
      } catch (error) {
        if (!signal.aborted) log(`the watch of ResourceSlices broke off: ${text(error)}`);
      }
      // A deletion may have been missed while there was no watch.
      if (!signal.aborted) this.#enqueue();
      await delay(500, undefined, { signal }).catch(() => {});
    }
  }
}

function tainted(slice: ResourceSlice): number {
  return slice.spec.devices.filter((device) => 'taints' in device).length;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
