import type { QuietOptions } from '../../case-kit/bench.ts';
import { caseError } from '../../case-kit/stop.ts';
import { milliseconds, type Target } from '../../evidence/index.ts';
import { confirm, REPLAY_MS } from './confirm.ts';
import type { Session } from './session.ts';
import { waitQuiet } from './wait.ts';

/** Watches for a while that nothing happens, and confirms that the watch missed nothing (ADR 0010). True when it stayed quiet. */
export async function keepQuiet(session: Session, target: Target, options: QuietOptions): Promise<boolean> {
  const { recorder, cluster, log } = session;
  const feeding = recorder.feeding(target);
  if (!feeding.some((record) => record.isSynced))
    throw caseError(`quiet has nothing to watch: no watch of ${target.of} is running`);
  if (!recorder.hasRoots(target))
    throw caseError(`quiet has nothing to watch: nothing was ever created in ${target.group ?? target.owner ?? ''}`);
  const { unless } = options;
  const confirmed = (): Promise<unknown> =>
    Promise.all(feeding.map((record) => confirm(record, recorder, cluster, { replay: true })));
  const look = (): true | string => {
    const objects = recorder.picture(target);
    const broken = unless === undefined ? undefined : objects.find((object) => unless(object) === true);
    return broken !== undefined || `quiet so far, ${objects.length} objects`;
  };
  const question = { target, name: unless === undefined ? 'quiet' : `never ${unless.name}`, look };
  const during = milliseconds(options.during);
  const since = log.t();
  // The confirming watch takes its time as well, and that is a part of the window.
  let quiet = await waitQuiet(session, question, Math.max(0, during - REPLAY_MS));
  await confirmed();
  const rest = during - (log.t() - since);
  if (quiet && rest > 0) {
    quiet = await waitQuiet(session, question, rest);
    await confirmed();
  }
  return quiet && look() !== true;
}
