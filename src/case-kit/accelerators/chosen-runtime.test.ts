import { describe, expect, it } from 'vitest';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import type { Bench } from '../bench.ts';
import { chooseRuntime, chosenRuntime, runtimeClassesFor } from './chosen-runtime.ts';

/** What the act chose, the names that it tried, and what the timeline says of it. */
async function choose(classes: readonly string[], works: readonly string[]): Promise<unknown> {
  const timeline = new ScriptedTimeline();
  const bench = { learn: ({ mark }: { mark: string }, data: unknown) => timeline.mark(mark, data) } as unknown as Bench;
  const tried: string[] = [];
  const spec = await chooseRuntime(bench, classes, ({ spec: { runtimeClassName = '' } }) => {
    tried.push(runtimeClassName);
    return Promise.resolve(works.includes(runtimeClassName));
  });
  return { spec, tried, told: chosenRuntime(timeline.completed().timeline())?.data };
}

describe('the RuntimeClass of pods with accelerators', () => {
  it('is the default where a pod gets what it asked for, and no other is tried', async () => {
    const told = { tried: [''], chosen: '' };
    expect(await choose(['nvidia'], ['', 'nvidia'])).toEqual({ spec: {}, tried: [''], told });
  });

  it('is the first under which it does', async () => {
    expect(await choose(['kata', 'nvidia', 'other'], ['nvidia', 'other'])).toEqual({
      spec: { runtimeClassName: 'nvidia' },
      tried: ['', 'kata', 'nvidia'],
      told: { tried: ['', 'kata', 'nvidia'], chosen: 'nvidia' },
    });
  });

  it('is the default again where it gets it under none, and that is told', async () => {
    const told = { tried: ['', 'kata'] };
    expect(await choose(['kata'], [])).toEqual({ spec: {}, tried: ['', 'kata'], told });
  });

  it('is not looked for where there are no classes', async () => {
    expect(await choose([], [])).toEqual({ spec: {}, tried: [], told: undefined });
  });

  it('is looked for among all whose pods may go to the node, those of the vendor first', () => {
    const vendors = [{ vendor: 'acme', runtimeClasses: ['acme'] }];
    const runtimeClasses = [
      { name: 'kata', handler: 'kata' },
      { name: 'elsewhere', handler: 'runc', nodeSelector: { pool: 'cpu' } },
      { name: 'acme', handler: 'acme', nodeSelector: { pool: 'gpu' } },
    ];
    const inventory = { vendors, runtimeClasses } as unknown as Parameters<typeof runtimeClassesFor>[2];
    const node = { labels: { pool: 'gpu' } };
    expect(runtimeClassesFor('acme', node, inventory)).toEqual(['acme', 'kata']);
    expect(runtimeClassesFor(undefined, node, inventory)).toEqual(['kata', 'acme']);
    expect(runtimeClassesFor('acme', { labels: {} }, inventory)).toEqual(['kata']);
  });
});
