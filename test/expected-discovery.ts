import type { Discovery } from '../src/inventory/discovery.ts';

type Offer = Discovery['offers'][number];

/** The part of a discovery that is compared; what is not named may be anything. */
export interface Expected {
  readonly simulated?: boolean;
  readonly nodes?: readonly { name: string; candidate?: boolean; simulated?: boolean }[];
  readonly offers?: readonly (Pick<Offer, 'node' | 'name'> & Partial<Offer>)[];
  readonly absent?: {
    readonly offers?: readonly string[];
    readonly pools?: readonly string[];
    readonly gateways?: readonly string[];
  };
  readonly measured?: readonly { node: string; devices: number }[];
  readonly pools?: readonly { id: string; nodes?: readonly string[]; offers?: readonly string[]; canGrow?: boolean }[];
  readonly gateways?: readonly { class: string; use?: string }[];
  readonly stores?: readonly { id: string; readable?: boolean }[];
  readonly gang?: readonly { id: string; ready?: boolean }[];
  readonly operators?: readonly string[];
  readonly remarks?: readonly string[];
}

/** Makers by the words that expectations use, and by those of the tables. */
const MAKERS: Readonly<Record<string, string>> = { habana: 'intel', awsneuron: 'aws' };

/** What is otherwise than expected, as sentences. */
export function differences(want: Expected, got: Discovery): string[] {
  const found: string[] = [];
  const need = (what: string, expected: unknown, is: unknown): void => {
    const [left, right] = [JSON.stringify(expected), JSON.stringify(is)];
    if (left !== right) found.push(`${what}: expected ${left}, got ${right}`);
  };
  for (const node of want.nodes ?? []) {
    const one = got.nodes.find(({ name }) => name === node.name);
    for (const field of ['candidate', 'simulated'] as const)
      if (node[field] !== undefined) need(`node ${node.name} ${field}`, node[field], one?.[field]);
  }
  for (const offer of want.offers ?? []) {
    const hits = got.offers.filter(({ node, name }) => node === offer.node && name === offer.name);
    const what = `offer ${offer.node} ${offer.name}`;
    need(`${what} listed`, 1, hits.length);
    if (offer.vendor != null) need(`${what} vendor`, maker(offer.vendor), maker(hits[0]?.vendor ?? ''));
    for (const field of ['unit', 'atOnce', 'free', 'physical'] as const)
      if (offer[field] !== undefined) need(`${what} ${field}`, offer[field], hits[0]?.[field]);
  }
  for (const name of want.absent?.offers ?? [])
    need(`offer ${name}`, 0, got.offers.filter((one) => one.name === name || one.driver === name).length);
  for (const { node, devices } of want.measured ?? [])
    need(`measured on ${node}`, devices, got.measured.find((one) => one.node === node)?.devices ?? 0);
  for (const pool of want.pools ?? []) {
    const hits = byId(got.pools, pool.id);
    need(`pool ${pool.id} listed`, 1, hits.length);
    if (pool.nodes !== undefined) need(`pool ${pool.id} nodes`, pool.nodes.toSorted(), hits[0]?.nodes.toSorted());
    if (pool.offers?.length === 0) need(`pool ${pool.id} offers`, [], hits[0]?.offers);
    for (const name of pool.offers ?? [])
      need(`pool ${pool.id} offers ${name}`, 1, hits[0]?.offers.filter((one) => one === name).length);
    if (pool.canGrow !== undefined) need(`pool ${pool.id} canGrow`, pool.canGrow, hits[0]?.canGrow);
  }
  for (const id of want.absent?.pools ?? []) need(`pool ${id}`, 0, byId(got.pools, id).length);
  for (const gateway of want.gateways ?? []) {
    const one = got.gateways.find((each) => each.class === gateway.class);
    need(`gateway ${gateway.class}`, gateway.use ?? one?.use, one?.use);
  }
  for (const name of want.absent?.gateways ?? [])
    need(
      `gateway ${name}`,
      false,
      got.gateways.some((one) => one.class === name),
    );
  for (const store of want.stores ?? []) {
    const hits = got.stores.filter(({ id }) => id.includes(store.id));
    need(
      `store ${store.id}`,
      true,
      hits.some(({ readable }) => store.readable === undefined || readable === store.readable),
    );
  }
  for (const gang of want.gang ?? []) {
    const hits = got.gang.filter(({ id }) => plain(id).includes(plain(gang.id)));
    need(
      `gang ${gang.id}`,
      true,
      hits.some(({ ready }) => gang.ready === undefined || ready === gang.ready),
    );
  }
  for (const words of want.operators ?? [])
    need(
      `operator ${words}`,
      true,
      words.split('|').some((word) => got.operators.some(({ name }) => plain(name).includes(plain(word)))),
    );
  for (const pattern of want.remarks ?? [])
    need(
      `remark ${pattern}`,
      true,
      said(got).some((one) => fitsPython(pattern, one)),
    );
  if (want.simulated !== undefined) need('simulated', want.simulated, got.simulated);
  return found;
}

function byId(pools: Discovery['pools'], id: string): Discovery['pools'] {
  const word = new RegExp(`(?<![\\w.-])${id.replaceAll(/[.+*?^${}()|[\]\\]/g, '\\$&')}(?![\\w.-])`);
  const whole = pools.filter((pool) => word.test(pool.id));
  return whole.length > 0 ? whole : pools.filter((pool) => pool.id.includes(id));
}

function maker(vendor: string): string {
  return MAKERS[plain(vendor)] ?? plain(vendor);
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function said({ remarks, nodes, pools, stores, gang, operators }: Discovery): string[] {
  const why = [...nodes, ...pools, ...stores, ...gang].flatMap((one) => one.why ?? []);
  return [
    ...remarks.flatMap(({ about, text, remedy }) => [about, text, remedy]),
    ...why,
    ...operators.flatMap(({ versions }) => versions),
  ];
}

/** Expectations are written for Python, whose `(?i)` stands at the beginning or before a group. */
function fitsPython(pattern: string, text: string): boolean {
  return pattern.includes('(?i')
    ? new RegExp(pattern.replaceAll('(?i)', '').replaceAll('(?i:', '(?:'), 'i').test(text)
    : new RegExp(pattern).test(text);
}
