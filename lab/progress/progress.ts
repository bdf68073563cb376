/**
 * Told about the steps of a long work as they happen, so that a person sees what is going on.
 * `step` names what begins now and gives the function that ends it (with a few words on the outcome, if any).
 */
export interface Progress {
  step(text: string): (outcome?: string) => void;
  /** A single line that is no step, for example a warning. */
  note(text: string): void;
}

/** A progress that nobody looks at. */
export const silent: Progress = { step: () => () => {}, note: () => {} };
