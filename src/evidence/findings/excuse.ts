import type { CauseCode } from '../environment/cause.ts';
import { environmentCauses } from '../environment/environment-causes.ts';
import type { Selection } from '../timeline/question.ts';
import type { Window } from '../timeline/window.ts';
import { type Expectation, found } from './expectation.ts';
import type { Finding } from './finding.ts';

export interface Excusable {
  /**
   * Causes that are no excuse here, because they are the very thing under test: a device that is not given back shows as
   * `insufficient`. Default none.
   */
  readonly inexcusable?: readonly CauseCode[];
}

/** The finding when a cause in the environment explains that something did not happen. */
export function excuse(
  selection: Selection,
  window: Window,
  expectation: Expectation & Excusable,
): Finding | undefined {
  const causes = environmentCauses(selection, window).filter((one) => !expectation.inexcusable?.includes(one.code));
  const cause = causes[0];
  if (cause === undefined) return undefined;
  const same = causes.filter((one) => one.code === cause.code);
  return found(
    expectation,
    'inconclusive',
    cause.message,
    same.flatMap((one) => one.evidence),
    {
      class: cause.class,
      remedy: cause.remedy,
    },
  );
}
