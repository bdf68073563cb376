import {
  defineCase,
  expectAnswer,
  type Finding,
  fails,
  passes,
  remark,
  type Timeline,
  undecided,
} from '../../case-kit/index.ts';
import { binomialLimits, sharesOf } from './binomial-limits.ts';
import { type Answered, showTally, tally } from './client-report.ts';
import { firstTries } from './first-tries.ts';
import { ROUTE } from './gateway-api.ts';
import { type GatewayParams, instancesOf } from './instances.ts';
import { reportOf, standsFindings } from './judging.ts';
import { MEASURED, PHASES, type Phase, SPLIT_ROUTE, splitPart } from './split-part.ts';
import { TRAFFIC } from './traffic.ts';

/** R1 and R2: traffic is split by weight, a weight of 0 gets nothing, and a change of the weights takes effect. */
export const weightsAreFollowed = defineCase<GatewayParams>({
  id: splitPart.id,
  title: 'Traffic is split between backends by weight, a weight of 0 gets none, and changed weights take effect',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '20m' },
  plan: (facts) => instancesOf(facts, { changes: [ROUTE] }),

  shares: TRAFFIC,

  judge(timeline, params) {
    const [first, swapped] = PHASES;
    const stands = standsFindings(timeline, params, first.client, [SPLIT_ROUTE]);
    if (timeline.mark('routes created') === undefined) return stands;
    const measured = splitFindings(timeline, params, first);
    if (timeline.mark('weights swapped') === undefined) return [...stands, ...measured];
    const accepted = expectAnswer(
      timeline,
      { name: 'swap weights', method: 'PATCH' },
      ({ status }) => status === 200 || `status ${status ?? 'none'}`,
      { claim: 'the API server takes the changed weights', otherwise: 'the changed weights were refused' },
    );
    return [...stands, ...measured, accepted, ...splitFindings(timeline, params, swapped)];
  },
});

/** Whether the measured counts fit the weights, and whether a weight of 0 got nothing. */
function splitFindings(timeline: Timeline, { title }: GatewayParams, { name, client, weights }: Phase): Finding[] {
  const setting = Object.values(weights).join('/');
  const claim =
    name === 'first'
      ? `traffic is split ${setting} between ${Object.keys(weights).join(', ')}`
      : `changed to ${setting}, traffic follows`;
  const read = reportOf(timeline, client);
  if (read === undefined) return [undecided('environment', claim, 'the client did not report', [])];
  if (read.report.reached === undefined) return [];
  const counts = tally(read.report.answers, name);
  const answered = Object.keys(weights).reduce((sum, model) => sum + (counts[model] ?? 0), 0);
  const other = MEASURED - answered;
  const seen = showTally(counts);
  if (other > MEASURED / 100)
    return [
      undecided(
        'environment',
        claim,
        `${other} of ${MEASURED} requests were not answered by a backend: ${seen}`,
        [read.seq],
        `See what ${title} logs and whether its proxies or this cluster are overloaded, then run again.`,
      ),
    ];
  const settling = read.report.settlings.find((one) => one.name === `to-${name}`);
  const after =
    settling === undefined
      ? ''
      : settling.settled
        ? `, after ${settling.seconds} s`
        : `, although given ${settling.seconds} s`;
  const shares = Object.entries(sharesOf(weights)).filter(([, share]) => share > 0);
  const off = shares.filter(([model, share]) => {
    const { least, most } = binomialLimits(answered, share);
    return (counts[model] ?? 0) < least || (counts[model] ?? 0) > most;
  });
  const allowed = shares
    .map(
      ([model, share]) =>
        `${model} ${binomialLimits(answered, share).least} to ${binomialLimits(answered, share).most}`,
    )
    .join(', ');
  const remedy =
    name === 'first'
      ? `See whether ${title} implements weights of backendRefs, and whether something rewrites HTTPRoutes.`
      : `See whether ${title} still passes changes of routes on to its proxies.`;
  const split =
    off.length === 0
      ? passes(claim, `${seen} of ${MEASURED} (allowed: ${allowed})${after}`, [read.seq])
      : fails(claim, `${seen} of ${MEASURED}, allowed were ${allowed}${after}`, [read.seq], remedy);
  const tries = firstTries(read.report, { [name]: MEASURED }, title, read.seq);
  const dropped =
    other === 0 ? [] : [remark('every request is answered', `${other} of ${MEASURED} were not: ${seen}`, [read.seq])];
  return [split, zeroWeight(read.report.answers, name, weights, read.seq, setting, answered), ...dropped, ...tries];
}

function zeroWeight(
  answers: readonly Answered[],
  name: string,
  weights: Phase['weights'],
  seq: number,
  setting: string,
  answered: number,
): Finding {
  const claim = `with ${setting}, a backend of weight 0 gets no request`;
  const counts = tally(answers, name);
  const hit = Object.entries(weights).filter(([model, weight]) => weight === 0 && (counts[model] ?? 0) > 0);
  if (hit.length === 0) return passes(claim, `none of ${answered}`, [seq]);
  const seen = hit.map(([model]) => `${model} got ${counts[model]}`).join(', ');
  return fails(claim, `${seen} of ${answered}`, [seq], 'A weight of 0 takes a backend out of the split (Gateway API).');
}
