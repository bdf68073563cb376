import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../../src/kube/cluster.ts';
import { connect } from '../../../src/kube/connect.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { NodeRequest } from '../../node/add-node.ts';
import type { LabNode } from '../../node/node.ts';
import { silent } from '../../progress/progress.ts';
import { labDown } from '../../up/lab-down.ts';
import { labUp } from '../../up/lab-up.ts';
import { type AcceleratorRecord, readRecord } from '../record.ts';

/** A lab that lives for one file of tests. */
export class TestLab {
  readonly name: string;
  readonly cluster: Cluster;
  readonly #nodes: readonly LabNode[];

  private constructor(name: string, cluster: Cluster, nodes: readonly LabNode[]) {
    this.name = name;
    this.cluster = cluster;
    this.#nodes = nodes;
  }

  static async up(name: string, nodes: readonly NodeRequest[]): Promise<TestLab> {
    await labDown(name, silent);
    const lab = await labUp({ name, nodes }, silent);
    return new TestLab(name, await connect({ kubeconfig: lab.kubeconfig }), lab.nodes);
  }

  async down(): Promise<void> {
    await this.cluster.close();
    await labDown(this.name, silent);
  }

  node(name: string): LabNode {
    const node = this.#nodes.find((one) => one.name === name);
    if (!node) throw new Error(`the lab has no node ${name}`);
    return node;
  }

  /** What the node's accelerators are, as its driver reads it. */
  record(name: string): AcceleratorRecord {
    const record = readRecord(join(this.node(name).directory, 'accelerators'));
    if (!record) throw new Error(`${name} has no accelerators`);
    return record;
  }

  log(node: string, service: string): string {
    return readFileSync(join(this.node(node).directory, 'log', `${service}.log`), 'utf8');
  }

  /** SIGKILL for a service of a node; gives the process id that it had. It is started again a second later. */
  kill(node: string, service: string): number {
    const pid = this.#pid(node, service);
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  /** Follows one object until it is as wanted; the last state that was seen stands in the error. */
  async until(
    ref: { kind: `${string}/${string}`; namespace?: string; name: string },
    wanted: (object: KubeObject) => boolean,
    withinMs = 30_000,
  ): Promise<KubeObject> {
    const signal = AbortSignal.timeout(withinMs);
    const { kind, namespace, name } = ref;
    const watch = this.cluster.watch(kind, {
      ...(namespace ? { namespace } : {}),
      fields: `metadata.name=${name}`,
      signal,
    });
    let last: KubeObject | undefined;
    try {
      for await (const event of watch) {
        if (event.type === 'SYNCED' || event.type === 'GAP') continue;
        last = event.object;
        if (event.type !== 'DELETED' && wanted(last)) return last;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    throw new Error(
      `${kind} ${name} was not as wanted after ${withinMs / 1000} s; it was ${JSON.stringify(last?.['status'])}`,
    );
  }

  /** Deletes the pods of a namespace and waits until their kubelets have let go of them. */
  async removePods(namespace: string, withinMs = 30_000): Promise<void> {
    await this.cluster.removeAll('v1/Pod', { namespace });
    const watch = this.cluster.watch('v1/Pod', { namespace, signal: AbortSignal.timeout(withinMs) });
    for await (const event of watch) {
      if (event.type !== 'ADDED' && watch.current().length === 0) return;
    }
    throw new Error(`pods were left in ${namespace} after ${withinMs / 1000} s`);
  }

  /** The supervising shell writes the host's view of no process: the node's own numbers, found by their name space. */
  #pid(node: string, service: string): number {
    const own = Number(readFileSync(join(this.node(node).directory, 'run', `${service}.pid`), 'utf8'));
    return hostPid(this.node(node).initPid, own);
  }
}

/** The host's number of the process that has number `own` in the PID namespace of `init` (proc(5), NSpid). */
function hostPid(init: number, own: number): number {
  const pending = [init];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    const numbers = /^NSpid:\s+(.*)$/m
      .exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      ?.split(/\s+/)
      .map(Number);
    if (numbers?.[1] === own) return pid;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    if (children) pending.push(...children.split(' ').map(Number));
  }
  throw new Error(`no process has number ${own} below ${init}`);
}
