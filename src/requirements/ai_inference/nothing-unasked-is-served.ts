import { defineCase, expectAnswer, expectSeen, type Finding, type Timeline } from '../../case-kit/index.ts';
import { ROUTE } from './gateway-api.ts';
import { unresolved } from './gateway-state.ts';
import { type GatewayParams, instancesOf } from './instances.ts';
import { reportOf, standsFindings } from './judging.ts';
import { AFTER, BEFORE, HALF, refusalPart, TIMES, WITHIN } from './refusal-part.ts';
import { goesTo, halfIsLost, notForwarded, servesNothing } from './refusals.ts';
import { TRAFFIC } from './traffic.ts';

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
    if (timeline.mark('routes created') === undefined) return stands;
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
    if (timeline.mark('granted and deleted') === undefined) return [...stands, ...told, ...asked];
    return [...stands, ...told, ...asked, ...changes(timeline), ...(after === undefined ? [] : changed(after))];
  },
});

function says(timeline: Timeline, params: GatewayParams, route: string, reason: string, what: string): Finding {
  return expectSeen(
    timeline.objects({ of: ROUTE, group: route }),
    unresolved(params.controller, reason),
    timeline.after('routes created'),
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
