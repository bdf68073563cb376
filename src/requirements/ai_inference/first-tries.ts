import { type Finding, fails, remark, undecided } from '../../case-kit/index.ts';
import type { ClientReport } from './client-report.ts';

/** Of so many requests one may be refused at first: a proxy that is restarted, a connection that is cut. */
const ONE_IN = 100;

/**
 * How often a request was answered only when it was sent again. The client asks three times, so that what a single bad moment costs is not
 * taken for a wrong split; a gateway that turns away every fifth request must not pass because of that.
 * @param sets names of the sets of requests that backends have to answer, with how many requests each has
 */
export function firstTries(
  { retries }: Pick<ClientReport, 'retries'>,
  sets: Readonly<Record<string, number>>,
  title: string,
  seq: number,
): Finding[] {
  const asked = Object.values(sets).reduce((sum, count) => sum + count, 0);
  const first = new Map(
    retries.filter(({ name }) => name in sets).map(({ name, id, status }) => [`${name} ${id}`, status]),
  );
  const claim = 'requests are answered at the first try';
  const refused = [...first.values()].filter((status) => status !== '-');
  const silent = first.size - refused.length;
  if (first.size === 0) return [];
  const statuses = [...new Set(refused)].sort().join(', ');
  const message = `${refused.length} of ${asked} were answered ${statuses || 'with an error'} at first, ${silent} not at all`;
  if (refused.length > asked / ONE_IN)
    return [fails(claim, message, [seq], `See what ${title} logs: it turned away requests for backends that were up.`)];
  if (silent > asked / ONE_IN)
    return [undecided('environment', claim, message, [seq], 'See whether the cluster is overloaded, then run again.')];
  return [remark(claim, message, [seq])];
}
