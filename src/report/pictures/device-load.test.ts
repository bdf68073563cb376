import { describe, expect, it } from 'vitest';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { deviceLoad } from './device-load.ts';

const note = (devices: object[]) => ({ kind: 'note', text: 'devices', data: { devices } }) as const;

describe('the load of devices', () => {
  it('is read from what each answer said, with the time in which one was at work', () => {
    const timeline = new ScriptedTimeline()
      .write(note([{ key: 'b', points: 1, used: 0 }, { key: 'a' }]))
      .wait(1000)
      .mark('load runs')
      .wait(500)
      .write(note([{ key: 'b', points: 90, used: 5 }]))
      .mark('load ends')
      .completed()
      .timeline();
    expect(deviceLoad(timeline)).toEqual({
      devices: [
        { key: 'a', course: [{ seq: 2, t: 0, points: undefined, used: undefined }] },
        {
          key: 'b',
          course: [
            { seq: 2, t: 0, points: 1, used: 0 },
            { seq: 4, t: 1500, points: 90, used: 5 },
          ],
        },
      ],
      load: { from: 1000, to: 1500 },
    });
  });

  it('is not there where nothing was told of devices', () => {
    expect(deviceLoad(new ScriptedTimeline().write({ kind: 'note', text: 'x' }).timeline())).toBeUndefined();
  });
});
