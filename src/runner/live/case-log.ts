import type { NewEntry, NewRunEvent } from '../../evidence/index.ts';

/** Where an act writes: the timelines of the cases that it is for, and the events that the live board shows. */
export interface CaseLog {
  /** Of the first case that the act is for. */
  readonly caseId: string;
  /** Milliseconds since the run began. */
  t(): number;
  tOf(moment: Date): number;
  write(entry: NewEntry): void;
  event(event: NewRunEvent): void;
  /** Nothing more is written. */
  close(): void;
}
