import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cgroupLayout } from '../cgroup/cgroup-layout.ts';
import { addNode } from '../node/add-node-to-lab.ts';
import { nodeRuns, readNodeRecord } from '../node/node-record.ts';
import { endNode } from '../node/remove-node.ts';
import { type LabDirectory, nodeDirectory } from '../state/lab-directory.ts';
import { clings, isSoldOut, nodeOf } from './machine-types.ts';
import { machinesFolder } from './provider-folder.ts';

const machineFile = z.object({ name: z.string(), type: z.string() });

export interface Machine extends z.infer<typeof machineFile> {
  readonly providerId: string;
}

/** What came of asking for a machine. */
export type Made = Machine | 'sold-out' | 'unknown-type' | 'bad-name';

/** More than a machine of two cores can hold; a cloud has a quota as well. */
const MOST = 12;
/** What a node may be called (it becomes a folder, a cgroup and a host name). */
const NAME = /^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/;

/**
 * The machines of one lab's provider. What there is stands in files, so that a provider that was killed knows at its next
 * start (`recover`) what it had begun. Everything about one machine happens in order.
 */
export class Machines {
  readonly #lab: LabDirectory;
  readonly #folder: string;
  /** The last work on each machine that is under way, and what ends making it early. */
  readonly #work = new Map<string, Promise<void>>();
  readonly #making = new Map<string, AbortController>();
  readonly #going = new Set<string>();

  constructor(lab: LabDirectory) {
    this.#lab = lab;
    this.#folder = machinesFolder(lab);
    mkdirSync(this.#folder, { recursive: true });
  }

  /**
   * Sets right what a provider before this one left: half-made nodes are made anew, half-removed and dead ones taken away.
   * Whole nodes stay: whoever asked for them still counts on them.
   */
  async recover(): Promise<void> {
    await Promise.all(
      this.list().map(async ({ name, type }) => {
        const record = readNodeRecord(nodeDirectory(this.#lab, name));
        if (record !== undefined && nodeRuns(record)) return;
        await this.#end(name);
        console.error(
          `${name} was left ${record === undefined ? 'half-made: it is made anew' : 'dead: it is taken away'}`,
        );
        if (record === undefined) this.make(name, type);
      }),
    );
  }

  list(): Machine[] {
    return readdirSync(this.#folder)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => this.get(file.slice(0, -'.json'.length)) ?? []);
  }

  get(name: string): Machine | undefined {
    if (!NAME.test(name) || !existsSync(this.#file(name))) return undefined;
    const { type } = machineFile.parse(JSON.parse(readFileSync(this.#file(name), 'utf8')));
    return { name, type, providerId: `plimsoll://${this.#lab.name}/${name}` };
  }

  /** Begins to make a machine. Asking twice gives the same one. */
  make(name: string, type: string): Made {
    const there = this.get(name);
    if (there !== undefined) return there;
    const request = nodeOf(type, name);
    if (!NAME.test(name) || existsSync(nodeDirectory(this.#lab, name))) return 'bad-name';
    if (request === undefined) return 'unknown-type';
    if (isSoldOut(type) || this.list().length >= MOST) return 'sold-out';
    writeFileSync(`${this.#file(name)}.new`, JSON.stringify({ name, type }));
    renameSync(`${this.#file(name)}.new`, this.#file(name));
    const stop = new AbortController();
    this.#making.set(name, stop);
    this.#inOrder(name, async () => {
      try {
        const began = performance.now();
        await addNode(this.#lab.name, request, { signal: stop.signal });
        console.error(`${name} (${type}) is Ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
      } catch (error) {
        console.error(`${name} (${type}) could not be made: ${String(error)}`);
        await this.#end(name);
      } finally {
        this.#making.delete(name);
      }
    });
    return { name, type, providerId: `plimsoll://${this.#lab.name}/${name}` };
  }

  /** Begins to remove a machine; false when there is none. */
  remove(name: string): boolean {
    const machine = this.get(name);
    if (machine === undefined) return false;
    if (clings(machine.type) || this.#going.has(name)) return true;
    this.#going.add(name);
    this.#making.get(name)?.abort(new Error('it is to go again'));
    this.#inOrder(name, async () => {
      await this.#end(name);
      this.#going.delete(name);
      console.error(`${name} is gone`);
    });
    return true;
  }

  /** Resolves when no work on a machine is under way. */
  async idle(name: string): Promise<void> {
    await this.#work.get(name);
  }

  #inOrder(name: string, what: () => Promise<void>): void {
    const before = this.#work.get(name) ?? Promise.resolve();
    const work = before.then(what).catch((error: unknown) => {
      this.#going.delete(name);
      console.error(`${name}: ${String(error)}`);
    });
    this.#work.set(name, work);
    void work.finally(() => {
      if (this.#work.get(name) === work) this.#work.delete(name);
    });
  }

  /** The Node object is left: it carries Karpenter's finalizer, and whoever asked for the machine deletes it. */
  async #end(name: string): Promise<void> {
    if (existsSync(nodeDirectory(this.#lab, name))) await endNode(this.#lab, cgroupLayout(), name);
    rmSync(this.#file(name), { force: true });
  }

  #file(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}
