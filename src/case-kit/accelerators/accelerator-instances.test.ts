import { describe, expect, it } from 'vitest';
import type { Instance, NotRunInstance } from '../define-case.ts';
import type { Facts } from '../facts.ts';
import { type AcceleratorUse, acceleratorInstances } from './accelerator-instances.ts';

interface On {
  readonly nodes: readonly string[];
  readonly untried: readonly string[];
}

const node = (name: string, product: string, more: object = {}) => ({
  name,
  candidate: true,
  labels: { 'nvidia.com/gpu.product': product },
  tolerations: [],
  containerRuntime: 'containerd://2.1.1',
  osImage: 'Linux',
  ...more,
});
const supply = (on: string, free: number, more: object = {}) => ({
  node: on,
  mode: 'device-plugin',
  name: 'nvidia.com/gpu',
  vendor: 'nvidia',
  usable: 4,
  free,
  deviceClasses: [],
  devices: [],
  ...more,
});

function planned(
  nodes: object[],
  accelerators: object[],
  use: Partial<AcceleratorUse<On>> = {},
  otherOffers: object[] = [],
) {
  const inventory = { nodes, accelerators, otherOffers, dra: { versions: ['v1'] } } as unknown as Facts['inventory'];
  return acceleratorInstances<On>(
    { inventory },
    {
      least: 1,
      on: ({ places, untried }) => ({ params: { nodes: places.map((one) => one.node.name), untried }, needs: {} }),
      ...use,
    },
  );
}
const shown = (plan: ReturnType<typeof planned>) =>
  'outcome' in plan
    ? plan
    : plan.map((one: Instance<On> | NotRunInstance) =>
        'notRun' in one
          ? [one.variant, one.notRun.outcome]
          : [one.variant, ...(one.elsewhere ?? []).map((other) => other.variant)],
      );

describe('the plan of accelerators', () => {
  it('tries each product, also under one resource name', () => {
    const nodes = [node('a', 'A100'), node('b', 'H100'), node('c', 'H100')];
    expect(shown(planned(nodes, [supply('a', 4), supply('b', 2), supply('c', 2)]))).toEqual([
      ['a.nvidia.com_gpu'],
      ['b.nvidia.com_gpu', 'c.nvidia.com_gpu'],
    ]);
  });

  it('says why a product is not tried, beside another one that is', () => {
    const nodes = [node('a', 'A100'), node('b', 'H100')];
    const plan = planned(nodes, [supply('a', 4), supply('b', 0)]);
    expect(plan).toMatchObject([
      { variant: 'a.nvidia.com_gpu' },
      {
        variant: 'b.nvidia.com_gpu',
        notRun: {
          outcome: 'inconclusive',
          class: 'capacity',
          message: expect.stringContaining('0 of 4 free') as string,
        },
      },
    ]);
    const dra = supply('b', 2, { mode: 'dra', name: 'gpu.nvidia.com' });
    expect(planned(nodes, [supply('a', 4), dra])).toMatchObject([
      {},
      { notRun: { class: 'environment', message: expect.stringContaining('no DeviceClass') as string } },
    ]);
  });

  it('keeps units apart: what holds for whole devices is not shown for shares', () => {
    const nodes = [node('a', 'A100'), node('b', 'A100')];
    expect(shown(planned(nodes, [supply('a', 4), supply('b', 4, { unit: 'share' })]))).toEqual([
      ['a.nvidia.com_gpu'],
      ['b.nvidia.com_gpu'],
    ]);
  });

  it('leaves out no product, however many there are, and names the further kinds of nodes that it leaves out', () => {
    const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
    const products = planned(
      names.map((name) => node(name, `product-${name}`)),
      names.map((name) => supply(name, 4)),
    );
    expect(shown(products)).toHaveLength(10);
    const systems = planned(
      names.map((name) => node(name, 'H100', { osImage: name })),
      names.map((name) => supply(name, 4)),
    );
    expect(shown(systems)).toHaveLength(8);
    const [first, second] = systems as Instance<On>[];
    expect(first?.params.untried).toEqual([expect.stringContaining('n8 ('), expect.stringContaining('n9 (')]);
    expect(second?.params.untried).toEqual([]);
  });

  it('is just as good only where as many are free', () => {
    const nodes = [node('a', 'H100'), node('b', 'H100'), node('c', 'H100')];
    expect(shown(planned(nodes, [supply('a', 4), supply('b', 4), supply('c', 2)]))).toEqual([
      ['a.nvidia.com_gpu', 'b.nvidia.com_gpu'],
    ]);
  });

  it('spreads over nodes of one product where none has enough, never over two products', () => {
    const alike = planned([node('a', 'H100'), node('b', 'H100')], [supply('a', 1), supply('b', 1)], {
      least: 2,
      spread: true,
    });
    expect(alike).toMatchObject([{ params: { nodes: ['a', 'b'] } }]);
    const different = planned([node('a', 'H100'), node('b', 'A100')], [supply('a', 1), supply('b', 1)], {
      least: 2,
      spread: true,
    });
    expect(shown(different)).toEqual([
      ['a.nvidia.com_gpu', 'inconclusive'],
      ['b.nvidia.com_gpu', 'inconclusive'],
    ]);
  });

  it('lets no other speak for what no table knows', () => {
    const unknown = supply('b', 2, { name: 'acme.example/npu', vendor: undefined, unit: 'unknown' });
    const nodes = [node('a', 'A100'), node('b', 'B1')];
    const withOther = (accelerators: object[], use: Partial<AcceleratorUse<On>> = {}) =>
      planned(nodes, accelerators, use, [unknown]);
    expect(shown(withOther([supply('a', 4)]))).toEqual([['a.nvidia.com_gpu'], ['b.acme.example_npu', 'inconclusive']]);
    expect(withOther([])).toMatchObject([{ notRun: { class: 'unknown-accelerator' } }]);
    const none = { outcome: 'not-applicable', message: 'none by DRA' } as const;
    expect(withOther([], { only: ({ mode }) => mode === 'dra', none })).toBe(none);
  });

  it('knows nothing of a cluster without any', () => {
    expect(planned([node('a', 'H100')], [])).toMatchObject({ outcome: 'inconclusive', class: 'not-found' });
    const none = { outcome: 'not-applicable', message: 'none by DRA' } as const;
    expect(planned([node('a', 'H100')], [supply('a', 1)], { only: ({ mode }) => mode === 'dra', none })).toBe(none);
  });
});
