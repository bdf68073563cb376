import { caseError } from '../../case-kit/stop.ts';
import { membersOf, type Target, withOwned } from '../../evidence/index.ts';
import { isObject, type KubeObject } from '../../kube/object.ts';
import { GROUP_LABEL } from '../labels.ts';
import { type RecordingTools, type Scope, WatchRecord } from './watch-record.ts';

interface Kin {
  readonly uid: string;
  readonly groups: Set<string>;
  readonly owners: Set<string>;
}

/** All watches of one case, and the picture that they give together. */
export class Recorder {
  readonly #tools: RecordingTools;
  readonly #records = new Map<string, WatchRecord>();
  readonly #kin = new Map<string, Kin>();
  #waiting = Promise.withResolvers<void>();

  constructor(tools: Omit<RecordingTools, 'changed'>) {
    const { cluster, signal } = tools;
    this.#tools = {
      cluster,
      signal,
      write: (entry) => {
        if (entry.kind === 'object') this.#learn(entry.body as KubeObject);
        tools.write(entry);
      },
      tOf: (moment) => tools.tOf(moment),
      changed: () => this.#wake(),
    };
  }

  /** Watches from now on; resolves when everything that exists has been recorded. */
  async observe(scope: Scope): Promise<void> {
    const key = keyOf(scope);
    let record = this.#records.get(key);
    if (record === undefined) {
      record = new WatchRecord(`w${this.#records.size + 1}`, scope, this.#tools);
      this.#records.set(key, record);
    }
    await record.synced;
  }

  /** Resolves at the next event of any watch. Take it before looking, so that nothing falls in between. */
  get nextChange(): Promise<void> {
    return this.#waiting.promise;
  }

  /** Lets whoever waits look again. */
  poke(): void {
    this.#wake();
  }

  /** An object that was created is known at once, before the watch delivers it: its group exists from then on. */
  know(object: KubeObject): void {
    this.#learn(object);
    this.#wake();
  }

  records(of?: string): readonly WatchRecord[] {
    return [...this.#records.values()].filter((record) => of === undefined || record.scope.of === of);
  }

  /** Watches that could show what the target covers. */
  feeding(target: Target): readonly WatchRecord[] {
    return this.records(target.of).filter(({ scope }) => {
      const here =
        target.namespace === undefined || scope.namespace === undefined || scope.namespace === target.namespace;
      const selected =
        (scope.labels === undefined || scope.labels === target.labels || target.uid !== undefined) &&
        (scope.fields === undefined ||
          scope.fields === target.fields ||
          scope.fields === `metadata.name=${target.name}`);
      return here && selected;
    });
  }

  /** Was anything ever put into the target's group, or seen of its owner? True for targets without either. */
  hasRoots(target: Target): boolean {
    if (target.group !== undefined) return [...this.#kin.values()].some((kin) => kin.groups.has(target.group ?? ''));
    return target.owner === undefined || this.#kin.has(target.owner);
  }

  /** The objects that the target covers at this moment. Throws the watch's own error when it has ended. */
  picture(target: Target): readonly KubeObject[] {
    const feeding = this.feeding(target);
    if (feeding.length === 0) throw caseError(`nobody watches ${target.of}: call bench.observe first`);
    for (const record of feeding) if (record.failure !== undefined) throw record.failure;
    const members = this.#members(target);
    const found = new Map<string, KubeObject>();
    for (const record of feeding)
      for (const object of record.objects()) {
        const { uid = '', name, namespace } = object.metadata;
        const fits =
          (target.namespace === undefined || namespace === target.namespace) &&
          (target.name === undefined || name === target.name) &&
          (target.uid === undefined || uid === target.uid) &&
          (members === undefined || members.has(uid));
        if (fits) found.set(uid, object);
      }
    return [...found.values()];
  }

  async close(): Promise<void> {
    await Promise.all(this.records().map((record) => record.close()));
  }

  #members(target: Target): ReadonlySet<string> | undefined {
    if (target.group !== undefined) return membersOf(target.group, this.#kin);
    return target.owner === undefined ? undefined : withOwned([target.owner], this.#kin);
  }

  #learn(object: KubeObject): void {
    const { uid = '', labels, ownerReferences } = object.metadata;
    const kin = this.#kin.get(uid) ?? { uid, groups: new Set(), owners: new Set() };
    this.#kin.set(uid, kin);
    const group = labels?.[GROUP_LABEL];
    if (group !== undefined) kin.groups.add(group);
    for (const owner of ownerReferences ?? [])
      if (isObject(owner) && typeof owner.uid === 'string') kin.owners.add(owner.uid);
  }

  #wake(): void {
    const { resolve } = this.#waiting;
    this.#waiting = Promise.withResolvers();
    resolve();
  }
}

function keyOf({ of, namespace = '', labels = '', fields = '' }: Scope): string {
  return [of, namespace, labels, fields].join(' ');
}
