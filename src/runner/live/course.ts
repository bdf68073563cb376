import type { Reachable } from '../../case-kit/claims/claim.ts';
import { caseError } from '../../case-kit/stop.ts';
import { type Boundary, type MarkName, nameOfMark, type Phase } from '../../evidence/index.ts';
import type { CaseLog } from './case-log.ts';

/** How far an act has come: its marks and phases, and how long what it waited for took. */
export class Course {
  readonly #log: CaseLog;
  /** Mark -> when it was set. */
  readonly #marks = new Map<string, number>();
  readonly #begun = new Set<string>();
  readonly #finished = new Set<string>();
  readonly #took = new Map<Reachable, number>();

  constructor(log: CaseLog) {
    this.#log = log;
  }

  mark(at: string | Boundary, data?: unknown): void {
    const { mark: name, begins, ends } = typeof at === 'string' ? { mark: at, begins: [], ends: [] } : at;
    const { caseId } = this.#log;
    if (this.#marks.has(name)) throw caseError(`${caseId} sets the mark "${name}" twice`);
    this.#log.write({
      kind: 'mark',
      name,
      ...(data === undefined ? {} : { data }),
      ...(begins.length === 0 ? {} : { begins: [...begins] }),
      ...(ends.length === 0 ? {} : { ends: [...ends] }),
    });
    this.#marks.set(name, this.#log.t());
    this.#log.event({ event: 'mark', case: caseId, name });
  }

  begin({ name, from }: Phase): void {
    if (this.#begun.has(name)) throw caseError(`${this.#log.caseId} begins the phase "${name}" twice`);
    this.#begun.add(name);
    this.#boundary(from);
  }

  finish({ name, to }: Phase): void {
    if (this.#finished.has(name)) throw caseError(`${this.#log.caseId} ends the phase "${name}" twice`);
    this.#finished.add(name);
    this.#boundary(to);
  }

  /** Where phases meet, the mark is set once: by the first that comes to it. */
  #boundary(boundary: Boundary): void {
    if (!this.#marks.has(boundary.mark)) this.mark(boundary);
  }

  /** Milliseconds since a mark was set or a phase began. */
  since(of: Phase | MarkName): number {
    const name = typeof of === 'object' && 'from' in of ? of.from.mark : nameOfMark(of);
    const t = this.#marks.get(name);
    if (t === undefined) throw caseError(`${this.#log.caseId} asks for the mark "${name}", which it never set`);
    return this.#log.t() - t;
  }

  /** A claim was reached just now: its time counts from the beginning of its phase, as a judge counts it. */
  reached(claim: Reachable): void {
    this.#took.set(claim, this.since(claim.phase));
  }

  /** Undefined while it has not been reached. */
  took(claim: Reachable): number | undefined {
    return this.#took.get(claim);
  }
}
