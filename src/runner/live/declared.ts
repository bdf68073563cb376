import type { Needs } from '../../case-kit/needs.ts';
import { caseError } from '../../case-kit/stop.ts';
import type { KindName } from '../../kube/object.ts';

/** What every case may use without saying so. */
const OWN_READS: readonly string[] = ['v1/Pod', 'v1/Namespace', 'events.k8s.io/v1/Event', 'v1/ServiceAccount'];

/** Holds a case to what its `needs` say: the RBAC rules that are printed are made from them and have to suffice. */
export class Declared {
  readonly #caseId: string;
  readonly #creates: ReadonlySet<string>;
  readonly #reads: ReadonlySet<string>;
  readonly #changes: ReadonlySet<string>;
  readonly #sweeps: ReadonlySet<string>;

  constructor(caseId: string, needs: Needs) {
    this.#caseId = caseId;
    this.#creates = new Set(needs.creates);
    this.#changes = new Set(needs.changes);
    this.#sweeps = new Set(needs.sweeps);
    this.#reads = new Set([...OWN_READS, ...(needs.creates ?? []), ...(needs.reads ?? []), ...(needs.changes ?? [])]);
  }

  create(kind: KindName): void {
    if (!this.#creates.has(kind)) this.#missing(kind, 'creates');
  }

  read(kind: string): void {
    if (!this.#reads.has(kind)) this.#missing(kind, 'reads');
  }

  change(kind: KindName): void {
    if (!this.#changes.has(kind)) this.#missing(kind, 'changes');
  }

  sweep(kind: KindName): void {
    if (!this.#sweeps.has(kind)) this.#missing(kind, 'sweeps');
  }

  #missing(kind: string, list: string): never {
    throw caseError(`${this.#caseId} uses ${kind}, which its needs.${list} do not name`);
  }
}
