import { describe, expect, it } from 'vitest';
import fc from '../../../test/property.ts';
import { tokenCapacities } from './token-capacity.ts';
import { TokenQueue, type Wanted } from './token-queue.ts';

const never = new AbortController().signal;
/** Lets everything that can go on do so. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

describe('tokens', () => {
  it('are handed out all at once, the highest rank first', async () => {
    const queue = new TokenQueue(new Map([['accelerators/a', 2]]));
    const order: string[] = [];
    const take = async (name: string, wanted: Wanted, rank: number): Promise<() => void> => {
      const give = await queue.take(wanted, rank, never);
      order.push(name);
      return give;
    };
    const first = await take('first', { 'accelerators/a': 1 }, 1);
    const all = take('all', { 'accelerators/a': 'all' }, 9);
    const small = take('small', { 'accelerators/a': 1 }, 2);
    const other = await take('other', { gateway: 1 }, 0);
    await settle();
    // One is free, but somebody of higher rank waits for it: nobody overtakes.
    expect(order).toEqual(['first', 'other']);
    first();
    (await all)();
    (await small)();
    other();
    expect(order).toEqual(['first', 'other', 'all', 'small']);
  });

  it('are given up by whoever is interrupted while waiting', async () => {
    const queue = new TokenQueue(new Map());
    const give = await queue.take({ gateway: 1 }, 0, never);
    const stop = new AbortController();
    const waits = queue.take({ gateway: 1 }, 5, stop.signal);
    stop.abort(new Error('Ctrl-C'));
    await expect(waits).rejects.toThrow('Ctrl-C');
    give();
    give();
    await expect(queue.take({ gateway: 1 }, 0, never)).resolves.toBeTypeOf('function');
  });

  it('never exceed what there is, and everybody gets a turn', async () => {
    const wanted = fc.dictionary(
      fc.constantFrom('x', 'y', 'z'),
      fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant('all' as const)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(wanted, fc.integer({ min: 0, max: 3 })), { maxLength: 12 }),
        async (requests) => {
          const capacity = new Map([
            ['x', 3],
            ['y', 1],
          ]);
          const queue = new TokenQueue(capacity);
          const held = new Map<string, number>();
          let served = 0;
          const work = requests.map(async ([want, rank]) => {
            const give = await queue.take(want, rank, never);
            const amounts = Object.entries(want).map(([token, amount]): [string, number] => {
              const most = capacity.get(token) ?? 1;
              return [token, amount === 'all' ? most : Math.min(amount, most)];
            });
            for (const [token, amount] of amounts) {
              held.set(token, (held.get(token) ?? 0) + amount);
              expect(held.get(token)).toBeLessThanOrEqual(capacity.get(token) ?? 1);
            }
            await settle();
            for (const [token, amount] of amounts) held.set(token, (held.get(token) ?? 0) - amount);
            served += 1;
            give();
          });
          await Promise.all(work);
          expect(served).toBe(requests.length);
        },
      ),
    );
  });

  it('count the free accelerators of a node', () => {
    const supply = {
      mode: 'dra',
      name: 'x',
      vendor: undefined,
      simulated: false,
      usable: 4,
      deviceClasses: [],
      devices: [],
    } as const;
    const capacities = tokenCapacities({
      accelerators: [
        { ...supply, node: 'a', free: 2 },
        { ...supply, node: 'a', free: 1 },
      ],
    });
    expect(capacities.get('accelerators/a')).toBe(3);
  });
});
