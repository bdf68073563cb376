import type { AcceleratorSupply } from '../../inventory/accelerators.ts';
import { usableSupplies } from '../../inventory/inventory.ts';
import {
  type AcceleratorAsk,
  all,
  askFor,
  bound,
  defineCase,
  expectEventually,
  expectNever,
  expectSeen,
  type Finding,
  fails,
  firstMoment,
  type Instance,
  list,
  type NotRunInstance,
  named,
  negativeWindow,
  type Place,
  passes,
  pinnedPod,
  type RecordedObject,
  requestAccelerators,
  running,
  type Target,
  type Timeline,
  text,
  unschedulable,
} from '../../runner/case-kit.ts';
import { claimGone } from './claim-gone.ts';
import { apiOf, kindIn } from './dra-api.ts';

interface Params {
  readonly ask: AcceleratorAsk;
  readonly api: string;
  readonly place: Place;
  /** Devices of the node that the expression selects, as `pool/device`. */
  readonly selected: readonly string[];
  /** CEL: an attribute with a value that only part of the devices have, and one that none has. */
  readonly expression: string;
  readonly impossible: string;
  /** False when no attribute tells the free devices apart: then "the right one" shows nothing. */
  readonly tellsApart: boolean;
}

const HOLD = 'trap "exit 0" TERM; sleep 3600 & wait';
const START = '4m';

/**
 * R4, with the platform's own driver: a claim that selects by attribute is given a device that has it, for the pod that asked; one
 * with an impossible value is given nothing; what a pod held is given out again when it is gone.
 */
export const deviceByAttribute = defineCase<Params>({
  id: 'dra_support/device-by-attribute',
  requirement: 'dra_support',
  title: 'A device is asked for by its attributes, allocated to the pod that asked, and released with it',
  kind: 'conditional',
  bar: 'behaviour',
  budget: { act: '15m' },

  plan(facts) {
    const api = apiOf(facts);
    const supplies = usableSupplies(facts.inventory).filter((supply) => supply.mode === 'dra');
    if (api === undefined || supplies.length === 0)
      return {
        outcome: 'not-applicable',
        message: 'no accelerator is handed out by a DRA driver: the API only is shown',
      };
    const version = api.slice(api.indexOf('/') + 1);
    const drivers = Map.groupBy(supplies, (supply) => supply.name);
    // Every driver is tried or said not to be: what one shows is not shown for another.
    return [...drivers].map(([driver, of]): Instance<Params> | NotRunInstance => {
      const supply = of.find((one) => one.free > 0);
      const node = facts.inventory.nodes.find((one) => one.name === supply?.node);
      const ask = supply === undefined ? undefined : askFor(supply, version);
      if (supply === undefined || node === undefined || ask === undefined) {
        const seen = of.map((one) => `${one.free} of ${one.usable} free on ${one.node}`).join(', ');
        return {
          variant: driver,
          notRun: {
            outcome: 'inconclusive',
            class: 'capacity',
            message: `no free device of ${driver} with a DeviceClass: ${seen}`,
            remedy: 'Free one, and see that there is a DeviceClass for its driver.',
          },
        };
      }
      return {
        variant: `${node.name}.${supply.name}`,
        params: { ask, api, place: { node: node.name, tolerations: node.tolerations }, ...selectorOf(supply) },
        needs: {
          // All: which one the expression selects must not be taken by chance.
          tokens: { [`accelerators/${node.name}`]: 'all' as const },
          creates: ['v1/Pod', kindIn(api, 'ResourceClaimTemplate')],
          reads: [kindIn(api, 'ResourceClaim')],
          waits: [
            { why: 'a claim that no device fits must not be met', least: negativeWindow(0), withoutTokens: true },
          ],
        },
      };
    });
  },

  async act(bench, { ask, api, place, expression, impossible }) {
    const of = kindIn(api, 'ResourceClaim');
    await bench.observe({ of });
    const claiming = async (name: string, selector: string) => {
      const request = requestAccelerators(ask, 1, name, selector);
      for (const object of request.objects) await bench.create(object, { group: name });
      const container = { name: 'hold', script: HOLD, resources: request.resources };
      const pod = pinnedPod(bench, { name, place, spec: request.spec, containers: [container] });
      const handle = await bench.create(pod, { group: name });
      bench.mark(`${name} created`);
      return handle;
    };
    const picked = await claiming('picked', expression);
    await bench.until(bench.pods({ group: 'picked' }), all(running, 1), { within: START });
    await bench.until({ of, group: 'picked' }, all(reserved, 1), { within: '30s', otherwise: 'go-on' });
    const t = bench.since('picked created');
    bench.mark('picked runs');
    await claiming('impossible', impossible);
    await bench.remove(picked.ref);
    await bench.untilGone(bench.pods({ group: 'picked' }), { within: '60s', otherwise: 'go-on' });
    bench.mark('picked removed');
    await bench.untilGone({ of, group: 'picked' }, { within: '60s', otherwise: 'go-on' });
    bench.mark('claim gone');
    const again = await claiming('again', expression);
    await bench.until(bench.pods({ group: 'again' }), all(bound, 1), { within: START, otherwise: 'go-on' });
    bench.mark('again over');
    await bench.remove(again.ref);
    // What is still waited for needs no device: others may have them.
    bench.releaseTokens();
    const rest = Math.max(1000, negativeWindow(t) - bench.since('impossible created') + 500);
    await bench.quiet(bench.pods({ group: 'impossible' }), { during: rest, unless: bound });
    bench.mark('waited');
  },

  judge(timeline, { api, selected, tellsApart, ask, place }) {
    const of = kindIn(api, 'ResourceClaim');
    const pods = (group: string) => timeline.pods({ group });
    const window = timeline.between('impossible created', 'waited');
    const t = firstMoment(pods('picked'), all(running, 1), timeline.after('picked created'))?.after ?? 0;
    return [
      expectEventually(pods('picked'), all(running, 1), timeline.after('picked created'), {
        claim: `a pod with a claim for a device of ${ask.name} runs on ${place.node}`,
        otherwise: 'a pod with a claim for a free device did not run',
      }),
      allocated(timeline, { of, group: 'picked' }, selected, tellsApart),
      expectSeen(timeline.objects({ of, group: 'picked' }), reservedFor(timeline), timeline.after('picked created'), {
        claim: 'the claim is reserved for the pod that asked',
        otherwise: 'the claim was not reserved for the pod that asked',
      }),
      expectNever(pods('impossible'), bound, window, {
        claim: 'a claim for an attribute that no device has is not met',
        otherwise: 'a pod was placed although no device fits its claim',
        lasting: negativeWindow(t),
      }),
      expectSeen(pods('impossible'), unschedulable, window, {
        claim: 'the scheduler says that no device fits',
        otherwise: 'the scheduler never said that no device fits',
      }),
      claimGone(
        timeline,
        { of, group: 'picked' },
        'picked removed',
        'claim gone',
        'the claim outlived its pod, and its device stays allocated',
      ),
      expectEventually(pods('again'), all(bound, 1), timeline.between('again created', 'again over'), {
        claim: 'the device that was released is given out again',
        otherwise: 'a released device was not given out again',
        inexcusable: ['insufficient'],
      }),
    ];
  },
});

/** An attribute by which fewest of the devices are selected, and the devices of the node that it selects. */
export function selectorOf({
  devices,
  name,
}: Pick<AcceleratorSupply, 'devices' | 'name'>): Pick<Params, 'selected' | 'expression' | 'impossible' | 'tellsApart'> {
  const free = devices.filter((device) => device.free && !device.tainted);
  const choices = free.flatMap((device) =>
    Object.entries(device.attributes)
      .filter(([, value]) => comparable(value))
      .map(([attribute, value]) => {
        const same = devices.filter((other) => other.attributes[attribute] === value);
        return { attribute, value, same };
      }),
  );
  const best = choices.sort((a, b) => a.same.length - b.same.length)[0];
  const same = best?.same ?? devices;
  return {
    selected: same.map((device) => `${device.pool}/${device.name}`),
    expression: best === undefined ? 'true' : expressionOf(name, best.attribute, best.value),
    impossible:
      best === undefined
        ? 'false'
        : expressionOf(name, best.attribute, typeof best.value === 'number' ? -7391 : 'plimsoll-none'),
    tellsApart: same.length < devices.length,
  };
}

/** Versions look like strings here and are compared in another way in CEL. */
function comparable(value: string | number | boolean): boolean {
  return typeof value === 'number' || (typeof value === 'string' && !/^\d+\.\d+/.test(value));
}

function expressionOf(driver: string, attribute: string, value: string | number | boolean): string {
  const cut = attribute.indexOf('/');
  const [domain, id] = cut < 0 ? [driver, attribute] : [attribute.slice(0, cut), attribute.slice(cut + 1)];
  const of = `device.attributes[${JSON.stringify(domain)}]`;
  // A device without the attribute must not select with an error, which would end the whole allocation.
  return `${JSON.stringify(id)} in ${of} && ${of}[${JSON.stringify(id)}] == ${JSON.stringify(value)}`;
}

function results(claim: RecordedObject): readonly string[] {
  return list(claim, 'status.allocation.devices.results').map((one) => `${text(one, 'pool')}/${text(one, 'device')}`);
}

/** It has a device and is reserved for somebody. */
function reserved(claim: RecordedObject): true | string {
  if (results(claim).length === 0) return 'nothing is allocated';
  return list(claim, 'status.reservedFor').length > 0 || 'it is reserved for nobody';
}

function reservedFor(timeline: Timeline): (claim: RecordedObject) => true | string {
  const uids = new Set(timeline.pods({ group: 'picked' }).objects.map((pod) => pod.uid));
  return named('reserved for its pod', (claim: RecordedObject) => {
    const holders = list(claim, 'status.reservedFor').map((one) => text(one, 'uid'));
    return holders.some((uid) => uids.has(uid)) || `reserved for ${holders.join(', ') || 'nobody'}`;
  });
}

/** Exactly one device is allocated, and it is one that the expression selects. */
function allocated(timeline: Timeline, target: Target, selected: readonly string[], tellsApart: boolean): Finding {
  const claim = tellsApart
    ? 'the allocated device is one that the expression selects, and others are not selected by it'
    : 'a device is allocated that exists (all devices look alike: nothing tells them apart)';
  const selection = timeline.objects(target);
  const states = selection.objects.flatMap((object) => object.states.filter((state) => results(state.body).length > 0));
  const wrong = states.find((state) => results(state.body).some((device) => !selected.includes(device)));
  if (wrong !== undefined)
    return fails(
      claim,
      `allocated ${results(wrong.body).join(', ')}, selected were ${selected.join(', ')}`,
      [wrong.seq],
      'The CEL selectors of a claim have to be heeded.',
    );
  const [first] = states;
  if (first !== undefined && results(first.body).length === 1)
    return passes(claim, `allocated ${results(first.body).join(', ')}`, [first.seq]);
  return expectSeen(selection, reserved, timeline.after('picked created'), {
    claim,
    otherwise: 'no allocation is written to the claim',
  });
}
