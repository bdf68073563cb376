import { type Duration, milliseconds } from '../duration.ts';
import type { EntryOf } from '../timeline/entry.ts';
import type { Selection } from '../timeline/question.ts';
import type { Window } from '../timeline/window.ts';

/**
 * Was the platform given all the time that it was meant to have? Only then is "it did not happen" a fail: when the window was
 * closed by the case itself, when it lasted `within`, or when the act's own wait for the same condition on the same objects
 * ran out. A window that a Ctrl-C or an error cut off shows nothing.
 */
export function exhausted(
  selection: Selection,
  condition: string,
  window: Window,
  within: Duration | undefined,
): boolean {
  if (within !== undefined) return window.to - window.from >= milliseconds(within);
  if (window.closed) return true;
  return waitsFor(selection, condition, window).some((wait) => wait.how === 'timed-out');
}

/** Whether the act gave up waiting because nothing more was to be learnt: then a cause in the environment explains it. */
export function givenUp(selection: Selection, condition: string, window: Window): boolean {
  return waitsFor(selection, condition, window).some((wait) => wait.how === 'hopeless');
}

/** The act's waits for that condition on these objects which ended inside the window. */
export function waitsFor(selection: Selection, condition: string, window: Window): readonly EntryOf<'waited'>[] {
  return selection.timeline
    .waits()
    .filter((wait) => wait.seq >= window.fromSeq && wait.seq <= window.toSeq && one(wait.condition) === one(condition))
    .filter((wait) => sameObjects(selection, wait));
}

/** `1 × running` and `running` ask the same of a single object. */
function one(condition: string): string {
  return condition.replace(/^(?:1 ×|at least 1|exactly 1) /, '');
}

function sameObjects(selection: Selection, wait: EntryOf<'waited'>): boolean {
  const { of, namespace, name, uid, group, owner, labels, fields } = wait.target;
  if (of !== selection.target.of) return false;
  const waited = selection.timeline.objects({
    of,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(uid === undefined ? {} : { uid }),
    ...(group === undefined ? {} : { group }),
    ...(owner === undefined ? {} : { owner }),
    ...(labels === undefined ? {} : { labels }),
    ...(fields === undefined ? {} : { fields }),
  });
  const uids = (one: Selection): string =>
    one.objects
      .map((object) => object.uid)
      .sort()
      .join();
  if (waited.objects.length > 0 || selection.objects.length > 0) return uids(waited) === uids(selection);
  return group === selection.target.group && name === selection.target.name && owner === selection.target.owner;
}
