import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { adminAccessNeedsALabel } from './admin-access-needs-a-label.ts';
import { nvidia } from './testing/judged-logs.ts';

describe('administrative access needs a label', () => {
  const judge = (ordinary: number, admin: number): string => {
    const script = new ScriptedTimeline({ params: nvidia })
      .answer({ name: 'ordinary claim', status: ordinary })
      .answer({ name: 'admin claim', status: admin });
    return resultOf(adminAccessNeedsALabel, script.completed());
  };

  it('passes, fails (M10), and cannot know', () => {
    expect(judge(201, 422)).toBe('pass');
    expect(judge(201, 201)).toMatch(/^fail/);
    expect(judge(201, 429)).toMatch(/^inconclusive/);
    expect(
      resultOf(
        adminAccessNeedsALabel,
        new ScriptedTimeline({ params: nvidia }).answer({ name: 'ordinary claim', status: 201 }).completed(),
      ),
    ).toMatch(/^inconclusive/);
  });
});
