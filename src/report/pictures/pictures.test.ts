import { describe, expect, it } from 'vitest';
import { pod } from '../../evidence/testing/pod.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { caseEvents } from './case-events.ts';
import { deviceMatrix } from './device-matrix.ts';
import { objectCounts } from './object-counts.ts';
import { timeTicks } from './time-ticks.ts';

describe('counts of objects', () => {
  it('follow every pod of a group through its life, and name the entry of each change', () => {
    const timeline = new ScriptedTimeline()
      .watch('v1/Pod')
      .wait(100)
      .add(pod('a', { group: 'gang' }))
      .add(pod('b', { group: 'gang' }))
      .wait(900)
      .modify(pod('a', { group: 'gang', node: 'n1' }))
      .wait(1000)
      .modify(pod('a', { group: 'gang', node: 'n1', phase: 'Running' }))
      .remove(pod('b', { group: 'gang' }))
      .timeline();
    const [row] = objectCounts(timeline);
    expect(row).toMatchObject({ label: 'pods of gang', names: ['exist', 'bound', 'running'], most: 2 });
    expect(row?.points.map(({ t, counts }) => [t, ...counts])).toEqual([
      [100, 1, 0, 0],
      [100, 2, 0, 0],
      [1000, 2, 1, 0],
      [2000, 2, 1, 1],
      [2000, 1, 1, 1],
    ]);
    expect(row?.points.map(({ seq }) => timeline.entry(seq)?.kind)).toEqual(Array(5).fill('object'));
  });

  it('put a pod to the group of what owns it, and the others by themselves', () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job', uid: 'uid-job' } };
    const timeline = new ScriptedTimeline()
      .watch('v1/Pod')
      .add(job, { group: 'gang' })
      .add(pod('owned', { owner: 'uid-job' }))
      .add(pod('stray'))
      .timeline();
    expect(objectCounts(timeline).map(({ label }) => label)).toEqual(['pods of gang', 'pods']);
  });

  it('count a state that two watches delivered once', () => {
    const twice = {
      ...pod('a', { group: 'g' }),
      metadata: { ...pod('a', { group: 'g' }).metadata, resourceVersion: '7' },
    };
    const timeline = new ScriptedTimeline().watch('v1/Pod').add(twice).add(twice).timeline();
    expect(objectCounts(timeline)[0]?.points).toHaveLength(1);
  });
});

describe('the device matrix', () => {
  const asking = (name: string, resources: object): ReturnType<typeof pod> => ({
    ...pod(name),
    spec: { containers: [{ name: 'probe', resources }] },
  });
  const probed = new ScriptedTimeline()
    .watch('v1/Pod')
    .add(asking('holder', { limits: { 'lab.plimsoll.dev/accelerator': '1', cpu: '1' } }))
    .add(asking('outsider', {}))
    .log({ pod: 'holder', text: 'dev /dev/acc0 b 7:2 ok\nmajor b 7 loop\nend\n' })
    .log({ pod: 'outsider', text: 'try b 7:2 mknod=ok open=Operation not permitted\nend\n' });

  it('shows what each container reached, and what it had asked for', () => {
    const matrix = deviceMatrix(probed.timeline());
    expect(matrix?.columns.map(({ pod: name, asks, asksNothing }) => [name, asks, asksNothing])).toEqual([
      ['holder', '1 × lab.plimsoll.dev/accelerator', false],
      ['outsider', 'nothing', true],
    ]);
    expect(matrix?.rows).toEqual([
      {
        number: 'b 7:2',
        paths: ['/dev/acc0'],
        cells: [
          { state: 'opened', words: 'opened as /dev/acc0' },
          { state: 'refused', words: 'Operation not permitted' },
        ],
      },
    ]);
  });

  it('leaves a probe that did not come to its end out, and is none without any', () => {
    const cut = new ScriptedTimeline().log({ pod: 'a', text: 'dev /dev/acc0 b 7:2 ok\n' }).timeline();
    expect(deviceMatrix(cut)).toBeUndefined();
  });

  it('tells a node made by hand that opened from one that was there', () => {
    const text = 'try b 7:2 mknod=ok open=ok\nend\n';
    const matrix = deviceMatrix(new ScriptedTimeline().log({ pod: 'a', text }).timeline());
    expect(matrix?.rows[0]?.cells[0]?.state).toBe('made-and-opened');
  });
});

describe('the events of a case', () => {
  it('put waits that overlap into lanes of their own', () => {
    const target = { of: 'v1/Pod' };
    const timeline = new ScriptedTimeline()
      .wait(10_000)
      .waited({ target, condition: 'ready', how: 'met', within: 10_000 })
      .wait(1000)
      .waited({ target, condition: 'bound', how: 'quiet', within: 5000 })
      .waited({ target, condition: 'late', how: 'timed-out', within: 1000 })
      .completed()
      .timeline();
    const events = caseEvents(timeline);
    expect(events?.waits.map(({ lane, entry }) => [entry.condition, lane])).toEqual([
      ['ready', 0],
      ['bound', 1],
      ['late', 0],
    ]);
    expect(events?.lanes).toBe(2);
  });

  it('are none for a case that was not run', () => {
    expect(caseEvents(new ScriptedTimeline().end({ how: 'not-run' }).timeline())).toBeUndefined();
  });
});

describe('time ticks', () => {
  it('are round and few', () => {
    expect(timeTicks(136_000).map(({ label }) => label)).toEqual(['0', '30 s', '60 s', '90 s', '120 s']);
    expect(timeTicks(600_000).map(({ label }) => label)).toEqual(['0', '2 min', '4 min', '6 min', '8 min', '10 min']);
    for (const length of [1, 999, 50_000, 7_200_000, 400_000_000]) expect(timeTicks(length).length).toBeLessThan(10);
  });
});
