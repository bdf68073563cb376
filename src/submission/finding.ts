/** How a reviewer would treat a finding: `error` blocks the submission, `warning` asks for a word, `info` is good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** A place in a file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One objection to a submission. The JSON output prints exactly these fields (plus `file` for another file of the folder). */
export interface Finding extends Position {
  /** Id of the rule in the catalogue (`plimsoll explain RULE`). */
  readonly rule: string;
  readonly severity: Severity;
  /** What it is about: a metadata key, a requirement id, a category, or `document`. */
  readonly subject: string;
  readonly message: string;
  readonly remedy: string;
}
