import type { NewEntry, NewRunEvent, TimelineWriter } from '../../evidence/index.ts';

/** Where a case writes: its timeline, and the events that the live board shows. */
export interface CaseLog {
  readonly caseId: string;
  readonly timeline: TimelineWriter;
  /** Milliseconds since the run began. */
  t(): number;
  tOf(moment: Date): number;
  write(entry: NewEntry): void;
  event(event: NewRunEvent): void;
}
