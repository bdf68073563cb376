import { describe, expect, it } from 'vitest';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { storedRequests } from './stored-requests.ts';

const note = (pods: object[]) => ({ kind: 'note', text: 'requests in the store', data: { pods } }) as const;

describe('requests in a store', () => {
  it('are read look by look, with what the pod had answered', () => {
    const timeline = new ScriptedTimeline()
      .write(note([{ pod: 'a', answered: 37 }]))
      .wait(1000)
      .write(
        note([
          { pod: 'a', answered: 42, stored: 37 },
          { pod: 'b', answered: 7, stored: 7 },
        ]),
      )
      .completed()
      .timeline();
    expect(storedRequests(timeline)).toEqual({
      most: 42,
      pods: [
        {
          name: 'a',
          course: [
            { seq: 2, t: 0, answered: 37, stored: undefined },
            { seq: 3, t: 1000, answered: 42, stored: 37 },
          ],
        },
        { name: 'b', course: [{ seq: 3, t: 1000, answered: 7, stored: 7 }] },
      ],
    });
  });

  it('are not there where nobody looked', () => {
    expect(storedRequests(new ScriptedTimeline().write({ kind: 'note', text: 'x' }).timeline())).toBeUndefined();
    expect(storedRequests(new ScriptedTimeline().write(note([])).timeline())).toBeUndefined();
  });
});
