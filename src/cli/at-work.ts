/** What has to be undone before this program may end: set while a run is at work. */
let stop: (() => void) | undefined;

/** Says that a run is at work. `undo` makes it stop and tidy up; the returned function says that it is over. */
export function atWork(undo: () => void): () => void {
  stop = undo;
  return () => {
    stop = undefined;
  };
}

/**
 * For an error that would end the program: makes the run at work stop and tidy up instead, and the program ends when that is done.
 * False when none is at work.
 */
export function stopWork(): boolean {
  if (stop === undefined) return false;
  stop();
  return true;
}
