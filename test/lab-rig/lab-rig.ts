import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LabOptions, labDown, labUp, silent } from '../../lab/lab.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import { connect } from '../../src/kube/connect.ts';

interface Up {
  readonly kubeconfig: string;
  readonly cluster: Cluster;
  readonly folder: string;
}

/** A lab of a test's own, with a connection to it and a folder for what the test writes. */
export class LabRig implements AsyncDisposable {
  readonly name: string;
  #up: Up | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Brings the lab up; one of the same name, which an earlier test may have left, is taken down before. */
  async up(options: Omit<LabOptions, 'name'>): Promise<Cluster> {
    await labDown(this.name, silent);
    const { kubeconfig } = await labUp({ ...options, name: this.name }, silent);
    const cluster = await connect({ kubeconfig });
    this.#up = { kubeconfig, cluster, folder: mkdtempSync(join(tmpdir(), `plimsoll-${this.name}-`)) };
    return cluster;
  }

  get cluster(): Cluster {
    return this.#whatIsUp().cluster;
  }

  get kubeconfig(): string {
    return this.#whatIsUp().kubeconfig;
  }

  /** A folder that goes with the lab. */
  get folder(): string {
    return this.#whatIsUp().folder;
  }

  /** Takes the lab down, also one that came up only in part: a test's `afterAll` runs when its `beforeAll` has failed, too. */
  async down(): Promise<void> {
    await this.#up?.cluster.close();
    await labDown(this.name, silent);
    if (this.#up !== undefined) rmSync(this.#up.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }

  #whatIsUp(): Up {
    if (this.#up === undefined) throw new Error(`the lab ${this.name} is not up: a test has to await up() first`);
    return this.#up;
  }
}
