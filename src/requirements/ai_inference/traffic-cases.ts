import {
  defineCase,
  expectAnswer,
  expectSeen,
  type Finding,
  fails,
  passes,
  remark,
  type Timeline,
  undecided,
} from '../../case-kit/index.ts';
import { type Answered, showTally, TIMES, tally } from './client.ts';
import { P, ROUTE, ROUTES, unresolved } from './gateway.ts';
import { type GatewayParams, instancesOf } from './instances.ts';
import { binomialLimits, firstTries, reportOf, sharesOf, standsFindings } from './judging.ts';
import {
  HEADER_CLIENT,
  HEADER_ROUTE,
  headerPart,
  MEASURED,
  PHASES,
  type Phase,
  PROBES,
  type Probe,
  SPLIT_ROUTE,
  splitPart,
  TRAFFIC,
} from './parts.ts';
import {
  AFTER,
  BEFORE,
  goesTo,
  HALF,
  halfIsLost,
  notForwarded,
  refusalPart,
  servesNothing,
  WITHIN,
} from './refusals.ts';

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
    if (timeline.mark(ROUTES) === undefined) return stands;
    const measured = splitFindings(timeline, params, first);
    if (timeline.mark(P.swapped.from) === undefined) return [...stands, ...measured];
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
    if (timeline.mark(ROUTES) === undefined) return stands;
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

/**
 * R4: N1 a host or path that no route names, N2 a backend that does not exist, N3 a backend in another namespace without and with a
 * ReferenceGrant, N4 a deleted route. Each beside a route of the same Gateway that is in order and answers all the time.
 */
export const nothingUnaskedIsServed = defineCase<GatewayParams>({
  id: refusalPart.id,
  title:
    'What no route names, what does not exist, what is not granted and what was deleted is not served, and says so',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '20m' },
  plan(facts) {
    const planned = instancesOf(facts, {});
    if ('outcome' in planned) return planned;
    return planned.map((one) => {
      if (!('params' in one)) return one;
      const { grant } = one.params;
      if (grant !== undefined)
        return { ...one, needs: { ...one.needs, creates: [...(one.needs.creates ?? []), grant] } };
      return {
        variant: one.params.className,
        alternative: one.params.className,
        notRun: {
          outcome: 'inconclusive',
          class: 'not-found',
          message: 'ReferenceGrant is not served, so crossing namespaces cannot be tried',
          remedy: "Install the Gateway API's CRDs of the standard channel.",
        },
      };
    });
  },

  shares: TRAFFIC,

  judge(timeline, params) {
    const stands = standsFindings(timeline, params, BEFORE, ['stays', 'leaving']);
    if (timeline.mark(ROUTES) === undefined) return stands;
    const before = reportOf(timeline, BEFORE);
    const after = reportOf(timeline, AFTER);
    const told = [
      says(timeline, params, 'missing', 'BackendNotFound', 'a backend that does not exist'),
      says(timeline, params, 'crossing', 'RefNotPermitted', 'a backend in another namespace without a ReferenceGrant'),
    ];
    if (before?.report.reached === undefined) return [...stands, ...told];
    const asked = [
      goesTo(before, 'stays', 'a', TIMES, 'a route that is in order answers'),
      goesTo(before, 'leaving', 'a', TIMES, 'the route that will be deleted answers'),
      servesNothing(before, 'unknown-host', TIMES, 'N1: a host that no route names is answered 404'),
      servesNothing(before, 'unknown-path', TIMES, 'N1: a path that no rule names is answered 404'),
      notForwarded(before, 'missing', TIMES, 'N2: requests for a backend that does not exist are answered 500'),
      halfIsLost(before, 'half-missing', HALF, 'N2: the share of a backend that does not exist goes to no other'),
      notForwarded(before, 'ungranted', TIMES, 'N3: nothing reaches another namespace without a ReferenceGrant'),
    ];
    if (timeline.mark(P.granted.from) === undefined) return [...stands, ...told, ...asked];
    return [...stands, ...told, ...asked, ...changes(timeline), ...(after === undefined ? [] : changed(after))];
  },
});

function says(timeline: Timeline, params: GatewayParams, route: string, reason: string, what: string): Finding {
  return expectSeen(
    timeline.objects({ of: ROUTE, group: route }),
    unresolved(params.controller, reason),
    timeline.after(ROUTES),
    {
      claim: `the status of a route says so when it names ${what}: ${reason}`,
      otherwise: `${params.title} does not tell of ${what}`,
    },
  );
}

function changes(timeline: Timeline): Finding[] {
  return [
    expectAnswer(
      timeline,
      { name: 'grant', method: 'POST' },
      ({ status }) => status === 201 || `status ${status ?? 'none'}`,
      {
        claim: 'a ReferenceGrant is taken',
        otherwise: 'the ReferenceGrant was refused',
      },
    ),
    expectAnswer(
      timeline,
      { name: 'delete route' },
      ({ status }) => status === 200 || status === 202 || `status ${status ?? 'none'}`,
      {
        claim: 'a route is deleted',
        otherwise: 'the route could not be deleted',
      },
    ),
  ];
}

function changed(after: NonNullable<ReturnType<typeof reportOf>>): Finding[] {
  return [
    goesTo(after, 'granted', 'd', TIMES, 'N3: with a ReferenceGrant the same requests arrive'),
    servesNothing(after, 'deleted', TIMES, `N4: a deleted route is answered 404 within ${WITHIN} s`),
    goesTo(after, 'still-stays', 'a', TIMES, 'another route of the same Gateway goes on answering'),
  ];
}
