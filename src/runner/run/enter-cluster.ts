import type { Ledger } from '../ledger/ledger.ts';
import { aboutOther } from './other-runs.ts';
import { anotherRun, findOtherRuns } from './others-at-work.ts';
import { bePresent, type Presence } from './presence.ts';
import type { RunEvents } from './run-events.ts';
import type { RunOptions } from './run-options.ts';
import { silentApis } from './silent-apis.ts';

/**
 * The run shows itself in the cluster, and says who else is there. With `alone` it goes no further where another run that is at work showed
 * itself before: nothing else has been written by then.
 * @throws PlimsollError `another-run`
 */
export async function enterCluster(
  { cluster, run, facts, alone = false }: RunOptions,
  ledger: Ledger,
  events: RunEvents,
): Promise<Presence> {
  const presence = await bePresent(cluster, run, ledger);
  const others = await findOtherRuns(cluster, run);
  const earlier = others.filter((other) => other.alive && isEarlier(other, { run, since: presence.since }));
  if (alone && earlier.length > 0) {
    await presence.end();
    throw anotherRun(earlier);
  }
  for (const warning of [...silentApis(facts.resources), ...others.map(aboutOther), ...aboutPriority(presence)])
    events.emit({ event: 'warning', ...warning });
  return presence;
}

interface Began {
  readonly run: string;
  readonly since: Date;
}

/** Of two runs that begin at once, one goes on: the earlier, in one second the one with the smaller id. */
function isEarlier(other: Began, own: Began): boolean {
  return other.since < own.since || (+other.since === +own.since && other.run < own.run);
}

/** Where the run's own PriorityClass could not be made, its pods have the cluster's default. */
function aboutPriority({ trouble }: Presence): { message: string; remedy: string }[] {
  if (trouble === undefined) return [];
  const message = `the run has no PriorityClass of its own: ${trouble}`;
  return [
    { message, remedy: 'Its pods have the default priority, and other runs do not see it before it has namespaces.' },
  ];
}
