import {
  accelerators,
  all,
  type Bench,
  bound,
  type Handle,
  list,
  negativeWindow,
  phases,
  pinnedPod,
  type RecordedObject,
  running,
  type SharedAct,
  text,
} from '../../case-kit/index.ts';
import type { DeviceParams } from './device-targets.ts';
import { kindIn } from './dra-api.ts';

const ID = 'dra_support';
const HOLD = 'trap "exit 0" TERM; sleep 3600 & wait';
const START = '4m';
const GONE = { within: '60s', otherwise: 'go-on' } as const;

/** What is tried with devices; each ends where its pods have done what they were made for, or the time is up. */
export const P = phases({
  picked: ['picked created', 'picked runs'],
  impossible: ['impossible created', 'waited'],
  released: ['picked removed', 'claim gone'],
  again: ['again created', 'again over'],
  common: ['common created', 'common over'],
  alternatives: ['alternatives created', 'alternatives over'],
});

/**
 * One act for all cases with devices of the platform's own driver. By attribute: a pod is given one, another one the same device after
 * it, and a third one waits in vain for an attribute that no device has. Beside it, on devices that the attribute does not select: one
 * claim for two pods, and a claim with alternatives. The devices are given back before the wait.
 */
export const DEVICES: SharedAct<DeviceParams> = { name: `${ID}/devices`, act: deviceAct };

async function deviceAct(bench: Bench, params: DeviceParams, asked: ReadonlySet<string>): Promise<void> {
  await bench.observe({ of: kindIn(params.api, 'ResourceClaim') });
  const one = asked.has(`${ID}/device-by-attribute`);
  const [t] = await Promise.all([one ? byAttribute(bench, params) : 0, beside(bench, params, asked)]);
  bench.releaseTokens();
  if (!one) return;
  const rest = Math.max(1000, negativeWindow(t) - bench.since(P.impossible.from) + 500);
  await bench.quiet(bench.pods({ group: 'impossible' }), { during: rest, unless: bound });
  bench.mark(P.impossible.to);
}

/** R4. Answers how long the first pod took to run. */
async function byAttribute(bench: Bench, params: DeviceParams): Promise<number> {
  const { api, expression, impossible } = params;
  const of = kindIn(api, 'ResourceClaim');
  const picked = await claiming(bench, params, 'picked', expression);
  await bench.until(bench.pods({ group: 'picked' }), all(running, 1), { within: START });
  await bench.until({ of, group: 'picked' }, all(reserved, 1), { within: '30s', otherwise: 'go-on' });
  const t = bench.since(P.picked.from);
  bench.mark(P.picked.to);
  await claiming(bench, params, 'impossible', impossible);
  await bench.remove(picked.ref);
  await bench.untilGone(bench.pods({ group: 'picked' }), GONE);
  bench.mark(P.released.from);
  await bench.untilGone({ of, group: 'picked' }, GONE);
  bench.mark(P.released.to);
  const again = await claiming(bench, params, 'again', expression);
  await bench.until(bench.pods({ group: 'again' }), all(bound, 1), { within: START, otherwise: 'go-on' });
  bench.mark(P.again.to);
  await bench.remove(again.ref);
  return t;
}

async function claiming(
  bench: Bench,
  { ask, place }: DeviceParams,
  name: 'picked' | 'impossible' | 'again',
  selector: string,
): Promise<Handle> {
  const request = accelerators.request(ask, 1, name, selector);
  for (const object of request.objects) await bench.create(object, { group: name });
  const container = { name: 'hold', script: HOLD, resources: request.resources };
  const pod = pinnedPod(bench, { name, place, spec: request.spec, containers: [container] });
  const handle = await bench.create(pod, { group: name });
  bench.mark(P[name].from);
  return handle;
}

/** What needs a second device. Nothing of it ends the act: these cases decide nothing, and must not cost one that does. */
async function beside(bench: Bench, params: DeviceParams, asked: ReadonlySet<string>): Promise<void> {
  const { ask, impossible, expression, tellsApart } = params;
  const others = tellsApart ? `!(${expression})` : 'true';
  if (asked.has(`${ID}/one-claim-for-two-pods`))
    await withClaim(bench, params, 'common', ['common-1', 'common-2'], accelerators.deviceRequest(ask, 1, others));
  if (!asked.has(`${ID}/first-available`)) return;
  const one = (name: string, cel: string): Record<string, unknown> => ({
    name,
    deviceClassName: ask.deviceClass,
    allocationMode: 'ExactCount',
    count: 1,
    selectors: [{ cel: { expression: cel } }],
  });
  const firstAvailable = [one('first', impossible), one('second', others)];
  await withClaim(bench, params, 'alternatives', ['alternatives'], { name: 'r', firstAvailable });
}

/** Pods that name one claim. A refusal of the claim is recorded as `claim NAME`. */
async function withClaim(
  bench: Bench,
  { api, place }: DeviceParams,
  group: 'common' | 'alternatives',
  pods: readonly string[],
  request: Record<string, unknown>,
): Promise<void> {
  const spec = { devices: { requests: [request] } };
  const claim = { apiVersion: api, kind: 'ResourceClaim', metadata: { name: group }, spec };
  const made = await bench.attempt(`claim ${group}`, (named) => named.create(claim, { group }));
  if (!made.accepted) return;
  const container = { name: 'hold', script: HOLD, resources: { claims: [{ name: 'accelerator' }] } };
  const uses = { resourceClaims: [{ name: 'accelerator', resourceClaimName: group }] };
  const handles = await Promise.all(
    pods.map((name) => bench.create(pinnedPod(bench, { name, place, spec: uses, containers: [container] }), { group })),
  );
  bench.mark(P[group].from);
  await bench.until(bench.pods({ group }), all(running, pods.length), { within: '90s', otherwise: 'go-on' });
  bench.mark(P[group].to);
  await Promise.all(handles.map((handle) => bench.remove(handle.ref)));
  await bench.untilGone(bench.pods({ group }), GONE);
}

/** Devices that are allocated to a claim, as `pool/device`. */
export function results(claim: RecordedObject): readonly string[] {
  return list(claim, 'status.allocation.devices.results').map((one) => `${text(one, 'pool')}/${text(one, 'device')}`);
}

/** It has a device and is reserved for somebody. */
export function reserved(claim: RecordedObject): true | string {
  if (results(claim).length === 0) return 'nothing is allocated';
  return list(claim, 'status.reservedFor').length > 0 || 'it is reserved for nobody';
}
