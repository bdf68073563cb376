import { describe, expect, it } from 'vitest';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { backendShares } from './backend-shares.ts';

const LOG = `reached http://10.0.0.1:80 404
window to-first 1 a=80 b=20 other=0
expected first a=80,2,5 b=20,0,3 c=0,0,0
answer first 1 200 a
answer first 2 200 a
answer first 3 200 b
answer first 4 200 a
again first 5 - timed out
answer first 5 503 -
answer other 1 200 c
end
`;

describe('requests by backend', () => {
  const script = new ScriptedTimeline().log({ pod: 'client', text: LOG }).log({ pod: 'other', text: LOG });

  it('counts the answers of each setting beside its weights and limits, from logs that a finding cites', () => {
    const shown = backendShares(script.timeline(), new Set([2]));
    expect(shown).toEqual([
      {
        setting: '80/20/0',
        asked: 5,
        others: 1,
        seq: 2,
        shares: [
          { backend: 'a', weight: 80, counted: 3, expected: 4, least: 2, most: 5 },
          { backend: 'b', weight: 20, counted: 1, expected: 1, least: 0, most: 3 },
          { backend: 'c', weight: 0, counted: 0, expected: 0, least: 0, most: 0 },
        ],
      },
    ]);
    expect(script.entries[1]?.kind).toBe('log');
  });

  it('is none where nothing was split, or nothing asked', () => {
    const none = (text: string): number =>
      backendShares(new ScriptedTimeline().log({ pod: 'p', text }).timeline(), new Set([2])).length;
    expect(none('end\n')).toBe(0);
    expect(none('expected first a=80,2,5\nend\n')).toBe(0);
    expect(backendShares(script.timeline(), new Set())).toEqual([]);
  });
});
