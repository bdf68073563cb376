import { defineCase, type Finding, fails, passes, type Timeline, undecided } from '../../case-kit/index.ts';
import { showTally, tally } from './client-report.ts';
import { firstTries } from './first-tries.ts';
import { HEADER_CLIENT, HEADER_ROUTE, headerPart, PROBES, type Probe, TIMES } from './header-part.ts';
import { type GatewayParams, instancesOf } from './instances.ts';
import { reportOf, standsFindings } from './judging.ts';
import { TRAFFIC } from './traffic.ts';

/** R3: headers decide where a request goes, names whatever their case, values exactly, more specific rules first. */
export const headersDecide = defineCase<GatewayParams>({
  id: headerPart.id,
  title:
    'Requests are routed by headers of the OpenAI protocol: names in any case, values exactly, the most specific rule first',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '20m' },
  plan: (facts) => instancesOf(facts),

  shares: TRAFFIC,

  judge(timeline, params) {
    const stands = standsFindings(timeline, params, HEADER_CLIENT, [HEADER_ROUTE]);
    if (timeline.mark('routes created') === undefined) return stands;
    const read = reportOf(timeline, HEADER_CLIENT);
    const sets = Object.fromEntries(PROBES.map(({ name }) => [name, TIMES]));
    const tries = read === undefined ? [] : firstTries(read.report, sets, params.title, read.seq);
    return [...stands, ...PROBES.flatMap((probe) => landed(timeline, params, probe)), ...tries];
  },
});

/** All requests of a probe were answered by the backend that they are meant for. */
function landed(timeline: Timeline, { title }: GatewayParams, { name, claim, to }: Probe): Finding[] {
  const read = reportOf(timeline, HEADER_CLIENT);
  if (read === undefined) return [undecided('environment', claim, 'the client did not report', [])];
  if (read.report.reached === undefined) return [];
  const counts = tally(read.report.answers, name);
  const right = counts[to] ?? 0;
  const wrong = ['a', 'b', 'c'].reduce((sum, model) => sum + (model === to ? 0 : (counts[model] ?? 0)), 0);
  const seen = `${showTally(counts)} of ${TIMES}`;
  if (wrong > 0 || (counts['404'] ?? 0) > 0)
    return [
      fails(
        claim,
        `${seen}; all were for ${to}`,
        [read.seq],
        `See whether ${title} implements header matches (Gateway API, HTTPHeaderMatch), and whether something rewrites HTTPRoutes.`,
      ),
    ];
  if (right < TIMES)
    return [undecided('environment', claim, seen, [read.seq], `See what ${title} logs, then run again.`)];
  return [passes(claim, seen, [read.seq])];
}
