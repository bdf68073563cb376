import {
  defineCase,
  expectAnswer,
  type Finding,
  fails,
  passes,
  remark,
  type Timeline,
  undecided,
} from '../../runner/case-kit.ts';
import { MODELS, startBackends } from './backends.ts';
import { binomialLimits, sharesOf } from './binomial-limits.ts';
import { type Answered, showTally, tally } from './client-report.ts';
import { type Ask, ClientScript, type Wanted } from './client-script.ts';
import { ROUTE } from './gateway-api.ts';
import { attached } from './gateway-state.ts';
import { type GatewayParams, instancesOf } from './instances.ts';
import { listenerCounts, reportOf, standsFindings } from './judging.ts';
import { hostOf, routeObject, ruleOf } from './route.ts';
import { runClient } from './run-client.ts';
import { standGateway } from './stand-gateway.ts';

const ROUTE_NAME = 'split';
/** Requests of one measurement, and of one window while waiting for the data plane. */
const MEASURED = 500;
const WINDOW = 100;
/** Data-plane convergence, seconds. */
const CONVERGED_WITHIN = 120;
/** Weights in the order of the measurements: swapped, so that neither fixed shares nor ignored weights can fit both. */
const PHASES = [
  { name: 'first', client: 'client-first', weights: { a: 80, b: 20, c: 0 } },
  { name: 'swapped', client: 'client-swapped', weights: { a: 20, b: 80, c: 0 } },
] as const;
type Phase = (typeof PHASES)[number];

/** R1 and R2: traffic is split by weight, a weight of 0 gets nothing, and a change of the weights takes effect. */
export const weightsAreFollowed = defineCase<GatewayParams>({
  id: 'ai_inference/weights-are-followed',
  requirement: 'ai_inference',
  title: 'Traffic is split between backends by weight, a weight of 0 gets none, and changed weights take effect',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '20m' },
  plan: (facts) => instancesOf(facts, { changes: [ROUTE] }),

  async act(bench, params) {
    const [first, swapped] = PHASES;
    const [{ urls }, direct] = await Promise.all([
      standGateway(bench, params),
      startBackends(bench, params, ['a', 'b', 'c']),
    ]);
    if (urls.length === 0) return;
    const route = await bench.create(routeObject(bench, ROUTE_NAME, [{ path: '/v1', to: first.weights }]), {
      group: ROUTE_NAME,
    });
    bench.mark('routes created');
    await bench.until(route, attached(params.controller), { within: '60s', otherwise: 'go-on' });
    const ask = { host: hostOf(bench, ROUTE_NAME), path: MODELS };
    const script = new ClientScript().control(direct).reach(urls, 180);
    bench.mark('client asked');
    const report = await runClient(bench, params, first.client, measuring(script, first, ask));
    // What does not follow its first weights is not asked to follow others.
    if (report.reached === undefined || !report.settlings.every(({ settled }) => settled)) return;
    await bench.attempt('swap weights', (named) =>
      named.patch(route.ref, { spec: { rules: [ruleOf({ path: '/v1', to: swapped.weights })] } }),
    );
    bench.mark('weights swapped');
    const again = new ClientScript().reach([report.reached], 60);
    await runClient(bench, params, swapped.client, measuring(again, swapped, ask));
    bench.mark('measured again');
  },

  judge(timeline, params) {
    const [first, swapped] = PHASES;
    const stands = standsFindings(timeline, params, first.client, [ROUTE_NAME]);
    if (timeline.mark('client asked') === undefined) return stands;
    const measured = splitFindings(timeline, params, first);
    const counted = listenerCounts(timeline, params, 1);
    if (timeline.mark('weights swapped') === undefined) return [...stands, counted, ...measured];
    const accepted = expectAnswer(
      timeline,
      { name: 'swap weights', method: 'PATCH' },
      ({ status }) => status === 200 || `status ${status ?? 'none'}`,
      { claim: 'the API server takes the changed weights', otherwise: 'the changed weights were refused' },
    );
    return [...stands, counted, ...measured, accepted, ...splitFindings(timeline, params, swapped)];
  },
});

function measuring(script: ClientScript, { name, weights }: Phase, ask: Omit<Ask, 'name'>): ClientScript {
  const shares = sharesOf(weights);
  const wanted: Wanted = Object.fromEntries(
    Object.entries(shares).map(([model, share]) => [model, binomialLimits(WINDOW, share)]),
  );
  return script
    .settle({ ...ask, name: `to-${name}` }, WINDOW, wanted, CONVERGED_WITHIN)
    .expected(name, weights)
    .ask({ ...ask, name }, MEASURED);
}

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
  const dropped =
    other === 0 ? [] : [remark('every request is answered', `${other} of ${MEASURED} were not: ${seen}`, [read.seq])];
  return [split, zeroWeight(read.report.answers, name, weights, read.seq, setting, answered), ...dropped];
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
