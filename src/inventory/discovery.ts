import * as z from 'zod';
import { unitOf } from './accelerator-supply.ts';
import type { Inventory } from './inventory.ts';
import type { StorePart } from './monitoring.ts';
import { readiness } from './readiness.ts';

const UNIT = z.enum(['device', 'share', 'partition', 'core', 'amount', 'virtual', 'unknown']);
const Known = z.string().nullable();
const Count = z.int().nonnegative().nullable();

/** What `plimsoll discover --format json` prints. Null: not known, which is neither 0 nor false. */
export const discoverySchema = z.strictObject({
  schema: z.literal('plimsoll.dev/discovery/v1'),
  source: z.string().describe('URL of the API server, or the paths that were read'),
  kubernetes: Known.describe('version of the API server; of objects without it, that of the newest kubelet'),
  simulated: z
    .boolean()
    .describe('something that a case would use is simulated: nothing of a run may go into a submission'),
  nodes: z.array(
    z.strictObject({
      name: z.string(),
      candidate: z.boolean().describe('pods of a case may be put there'),
      simulated: z.boolean().describe('this node is none'),
      why: Known.describe('why it is no candidate'),
    }),
  ),
  offers: z
    .array(
      z.strictObject({
        node: z.string(),
        name: z.string().describe('extended resource, or DeviceClass (the driver where no class chooses)'),
        driver: Known.describe('DRA driver'),
        vendor: Known,
        unit: UNIT,
        atOnce: Count.describe('how many all pods together can hold when nothing is held'),
        free: Count.describe('how many more can be held now'),
        physical: Count.describe('pieces of silicon behind them'),
        sharing: Known.describe('how they are shared or cut'),
      }),
    )
    .describe('one for each node and each name by which an accelerator, or a part of one, can be asked for'),
  measured: z
    .array(z.strictObject({ node: z.string(), devices: Count }))
    .describe('accelerators that exporters have to tell of on each node that takes pods'),
  pools: z.array(
    z.strictObject({
      id: z.string().describe('name of the group as its autoscaler has it'),
      by: z.string(),
      nodes: z.array(z.string()),
      offers: z.array(z.string()),
      canGrow: z.boolean().nullable(),
      why: Known.describe('why it cannot grow'),
    }),
  ),
  gateways: z.array(
    z.strictObject({
      class: z.string(),
      controller: z.string(),
      title: z.string(),
      use: z.enum(['ingress', 'mesh', 'other']),
      accepted: z.boolean(),
    }),
  ),
  stores: z.array(
    z.strictObject({
      id: z.string().describe('namespace/name of the Service or of the object that stands for it'),
      title: z.string(),
      readable: z.boolean().nullable().describe('can be asked from inside with what the objects say'),
      why: Known.describe('why it cannot be asked'),
    }),
  ),
  collectors: z.array(
    z.strictObject({ id: z.string(), title: z.string(), ways: z.array(z.string()), stores: z.array(z.string()) }),
  ),
  gang: z.array(z.strictObject({ id: z.string(), title: z.string(), ready: z.boolean().nullable(), why: Known })),
  operators: z.array(z.strictObject({ name: z.string(), id: Known, versions: z.array(z.string()) })),
  requirements: z.array(
    z.strictObject({
      requirement: z.string(),
      found: z.array(z.string()),
      missing: z.array(z.strictObject({ what: z.string(), remedy: z.string() })),
    }),
  ),
  remarks: z.array(z.strictObject({ about: z.string(), text: z.string(), remedy: z.string() })),
  notRead: z.array(z.strictObject({ what: z.string(), why: z.string(), remedy: z.string() })),
});
export type Discovery = z.infer<typeof discoverySchema>;

/** An inventory as other programs read it. */
export function discoveryOf(inventory: Inventory): Discovery {
  const { kubernetes, nodes } = inventory;
  return {
    schema: 'plimsoll.dev/discovery/v1',
    source: inventory.server,
    kubernetes: kubernetes.gitVersion || null,
    simulated: inventory.simulated,
    nodes: nodes.map(({ name, candidate, simulated, why }) => ({ name, candidate, simulated, why: why ?? null })),
    offers: offersOf(inventory),
    measured: measuredByNode(inventory),
    pools: inventory.autoscaling.pools.map(({ by, name, group, nodes: own, offers, full, most }) => ({
      id: group ?? name,
      by,
      nodes: [...own],
      offers: [...new Set(offers.map((offer) => offer.deviceClass ?? offer.name))],
      canGrow: full !== undefined ? false : most === undefined && by !== 'karpenter' ? null : true,
      why: full ?? null,
    })),
    gateways: inventory.gatewayClasses.map(({ name, controller, title, serves, known, accepted }) => ({
      class: name,
      controller,
      title,
      use: known !== true ? 'other' : serves === 'ingress' || serves === 'mesh' ? serves : 'other',
      accepted,
    })),
    ...monitoringOf(inventory),
    gang: inventory.solutions
      .concat(inventory.partial ?? [])
      .filter(({ role }) => role === 'gang')
      .map(({ id, title, ready, why }) => ({ id, title, ready: ready ?? null, why: why ?? null })),
    operators: operatorsOf(inventory),
    requirements: readiness(inventory).map(({ requirement, found, missing }) => ({
      requirement,
      found: [...found],
      missing: missing.map(({ what, remedy }) => ({ what, remedy })),
    })),
    remarks: inventory.remarks.map(({ about, message, remedy }) => ({ about, text: `${about}: ${message}`, remedy })),
    notRead: inventory.notRead.map(({ what, why, remedy }) => ({ what, why, remedy })),
  };
}

function offersOf({ accelerators, otherOffers = [], unknownResources }: Inventory): Discovery['offers'] {
  const known = [...accelerators, ...otherOffers].map((supply) => {
    const count = (amount: number): number | null => (supply.unbounded === true ? null : whole(amount));
    return {
      node: supply.node,
      name: supply.mode === 'dra' ? (supply.deviceClasses[0] ?? supply.name) : supply.name,
      driver: supply.mode === 'dra' ? supply.name : null,
      vendor: supply.vendor ?? null,
      unit: unitOf(supply),
      atOnce: count(supply.usable),
      free: count(supply.free),
      physical: supply.physical === undefined ? null : whole(supply.physical),
      sharing: supply.sharing ?? null,
    };
  });
  const unknown = unknownResources.map(({ node, name, amount, free }) => ({
    node,
    name,
    driver: null,
    vendor: null,
    unit: 'unknown' as const,
    atOnce: whole(amount),
    free: whole(free),
    physical: null,
    sharing: null,
  }));
  return [...known, ...unknown];
}

function whole(amount: number): number {
  return Math.min(Math.floor(amount), Number.MAX_SAFE_INTEGER);
}

function measuredByNode({ measured = [] }: Inventory): Discovery['measured'] {
  return [...Map.groupBy(measured, ({ node }) => node)].map(([node, own]) => ({
    node,
    devices: own.some(({ devices }) => devices === null)
      ? null
      : whole(own.reduce((sum, { devices }) => sum + (devices ?? 0), 0)),
  }));
}

function monitoringOf({ monitoring, stores = [] }: Inventory): Pick<Discovery, 'stores' | 'collectors'> {
  const ids = (parts: readonly { readonly ref: { readonly namespace?: string; readonly name: string } }[]): string[] =>
    parts.map(({ ref }) => `${ref.namespace ?? ''}/${ref.name}`);
  const all = [...stores, ...monitoring.flatMap((collector) => collector.stores)];
  const first = new Map(all.map((store) => [ids([store])[0] ?? '', store] as const));
  return {
    stores: [...first].map(([id, { title, parts, unreadable }]) => ({
      id,
      title,
      readable: unreadable === undefined ? readable(parts) : false,
      why: unreadable ?? null,
    })),
    collectors: monitoring.map(({ id, title, ways, stores: own }) => ({
      id,
      title,
      ways: ways.map((way) => way.monitor ?? way.shape),
      stores: ids(own),
    })),
  };
}

function readable(parts: readonly StorePart[]): boolean | null {
  return parts.length === 0 ? null : true;
}

function operatorsOf({ solutions, partial = [], operators, others = [] }: Inventory): Discovery['operators'] {
  const known = [...solutions, ...partial].map(({ id, title, apis, controllers }) => ({
    name: title,
    id,
    versions: [
      ...Object.entries(apis).map(([api, served]) => `${api} ${served.join(', ')}`),
      ...controllers.map(
        ({ kind, namespace, name, ready, wanted }) => `${kind} ${namespace}/${name} ${ready} of ${wanted} ready`,
      ),
    ],
  }));
  const profiled = operators
    .filter(({ profile }) => !solutions.some(({ id }) => id === profile.id))
    .map(({ profile, versions }) => ({ name: profile.title, id: profile.id, versions: [...versions] }));
  return [...known, ...profiled, ...others.map((name) => ({ name, id: null, versions: [] }))];
}
