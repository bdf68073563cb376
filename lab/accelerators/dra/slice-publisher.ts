import { setTimeout as delay } from 'node:timers/promises';
import type { LabApi } from '../../api/lab-api.ts';
import { type Accelerator, DRIVER_NAME } from '../accelerator.ts';
import type { HealthMonitor } from '../device-health.ts';
import { log } from '../log.ts';
import { type NodeIdentity, type ResourceSlice, resourceSlice, saysTheSame, sliceName } from './resource-slice.ts';

const PATH = '/apis/resource.k8s.io/v1/resourceslices';
const MIN_PAUSE_MS = 200;

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
  readonly #selector: string;
  readonly #end = new AbortController();
  #generation = 0;
  #queue: Promise<void> = Promise.resolve();
  #waiting = false;

  constructor(parts: SlicePublisherParts) {
    this.#parts = parts;
    this.#selector = `fieldSelector=${encodeURIComponent(`spec.nodeName=${parts.node.name},spec.driver=${DRIVER_NAME}`)}`;
  }

  /** Publishes now and keeps it so. Resolves when the slice stands for the first time, however long that takes. */
  async start(): Promise<void> {
    await this.#publishUntilDone();
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
      // Whoever writes the same slice again and again must not be answered in a race.
      await delay(MIN_PAUSE_MS);
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
    // A list: a node may not ask for a slice by name before there is one (Node authorizer).
    const { status, body } = await api.request('GET', `${PATH}?${this.#selector}`);
    if (status !== 200) throw new Error(`GET ${PATH}: ${status} ${JSON.stringify(body)}`);
    const stored = (body as { items: ResourceSlice[] }).items.find(
      ({ metadata }) => metadata.name === sliceName(node.name),
    );
    const generation = Math.max(this.#generation, stored?.spec.pool.generation ?? 0);
    const wanted = resourceSlice(node, accelerators, driverVersion, (one) => health.of(one), generation);
    if (stored && saysTheSame(stored, wanted)) {
      this.#generation = generation;
      return;
    }
    const next = { ...wanted, spec: { ...wanted.spec, pool: { ...wanted.spec.pool, generation: generation + 1 } } };
    const { resourceVersion } = stored?.metadata ?? {};
    const answer = stored
      ? await api.request('PUT', `${PATH}/${next.metadata.name}`, {
          ...next,
          metadata: { ...next.metadata, resourceVersion },
        })
      : await api.request('POST', PATH, next);
    if (answer.status >= 300)
      throw new Error(`writing ${sliceName(node.name)}: ${answer.status} ${JSON.stringify(answer.body)}`);
    this.#generation = generation + 1;
    log(`published ${accelerators.length} devices of pool ${node.name}, generation ${this.#generation}`);
  }

  async #follow(): Promise<void> {
    const { api } = this.#parts;
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        for await (const event of api.watch(`${PATH}?${this.#selector}`, signal)) {
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

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
