import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewEntry } from '../../evidence/index.ts';
import { RunnerLab } from '../testing/runner-lab.ts';
import { configMap } from '../testing/test-cases.ts';
import { confirm } from './confirm.ts';
import { Recorder } from './recorder.ts';
import type { WatchRecord } from './watch-record.ts';

let lab: RunnerLab;
beforeAll(async () => {
  lab = await RunnerLab.start();
});
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

const place = { of: 'v1/ConfigMap', namespace: 'default' } as const;

async function recording(): Promise<{ recorder: Recorder; record: WatchRecord; states: () => (string | undefined)[] }> {
  const entries: NewEntry[] = [];
  const recorder = new Recorder({
    cluster: lab.cluster,
    signal: new AbortController().signal,
    write: (entry) => void entries.push(entry),
    tOf: () => 0,
  });
  await recorder.observe(place);
  const [record] = recorder.records();
  if (record === undefined) throw new Error('no record');
  const states = () => entries.flatMap((entry) => (entry.kind === 'watch' ? [entry.state, entry.detail] : []));
  return { recorder, record, states };
}

/** A watch whose connection lost what happened to one object: it never delivers that. */
function deafTo(record: WatchRecord, name: string): WatchRecord {
  return new Proxy(record, {
    get(target, key) {
      if (key === 'delivered')
        return (object: { metadata: { name?: string } }) =>
          object.metadata.name !== name && target.delivered(object as never);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('a watch', () => {
  it('is confirmed when it has delivered everything, also what came and went', async () => {
    const { recorder, record, states } = await recording();
    for (const name of ['one', 'two'])
      await lab.cluster.create({ ...configMap(name), metadata: { name, namespace: 'default' } });
    await lab.cluster.remove({ apiVersion: 'v1', kind: 'ConfigMap', name: 'two', namespace: 'default' });
    await confirm(record, recorder, lab.cluster, { replay: true });
    expect(states().filter(Boolean)).toEqual(['opened', 'synced', 'confirmed']);
    await recorder.close();
  });

  it('is doubted when a list shows what it never delivered', async () => {
    const { recorder, record, states } = await recording();
    await confirm(deafTo(record, 'one'), recorder, lab.cluster, { replay: false });
    expect(states().slice(-2)).toEqual(['doubted', 'a list shows ConfigMap one, which the watch has not delivered']);
    await recorder.close();
  });

  it('is doubted when a replay shows what came and went unseen', async () => {
    const { recorder, record, states } = await recording();
    const deaf = deafTo(record, 'ghost');
    const from = record.resourceVersion;
    await lab.cluster.create({ ...configMap('ghost'), metadata: { name: 'ghost', namespace: 'default' } });
    await lab.cluster.remove({ apiVersion: 'v1', kind: 'ConfigMap', name: 'ghost', namespace: 'default' });
    // As a dead connection would: it still stands where it stood before.
    const dead = new Proxy(deaf, {
      get: (target, key) => (key === 'resourceVersion' ? from : Reflect.get(target, key)),
    });
    await confirm(dead, recorder, lab.cluster, { replay: false });
    expect(states().at(-2)).toBe('confirmed');
    await confirm(dead, recorder, lab.cluster, { replay: true });
    expect(states().slice(-2)).toEqual(['doubted', expect.stringContaining('ghost')]);
    await recorder.close();
  });
});
