import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { DeviceLoadPicture } from '../html/device-load-picture.tsx';
import { scriptedCase } from '../testing/scripted-report.ts';
import { caseEvents } from './case-events.ts';
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

  it('is drawn with the load shaded, and has the same figures in a table', () => {
    const timeline = new ScriptedTimeline()
      .write(note([{ key: '<b>', points: 1.25, used: 7 }]))
      .wait(1000)
      .mark('load runs')
      .wait(500)
      .write(note([{ key: '<b>' }]))
      .completed()
      .timeline();
    const [shown, events] = [deviceLoad(timeline), caseEvents(timeline)];
    if (shown === undefined || events === undefined) throw new Error('there is nothing to draw');
    const html = renderToString(
      h(DeviceLoadPicture, { shown, one: scriptedCase('accelerator_metrics/load', { outcome: 'pass' }), events }),
    );
    expect(html).toContain('class="shade"');
    expect(html).toContain('<td>none</td><td>1.3 %, 7 bytes</td>');
    expect(html).toContain('<td>runs</td><td>none</td>');
    expect(html).not.toContain('<b>');
  });
});
