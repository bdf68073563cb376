import { h } from 'preact';
import { render } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import type { AutoscalingCourse } from '../pictures/autoscaling-course.ts';
import { scriptedCase } from '../testing/scripted-report.ts';
import { AutoscalingPicture } from './autoscaling-picture.tsx';

const at = (seq: number, t: number, metric: number | undefined, desired: number, ready: number) => ({
  seq,
  t,
  metric,
  desired,
  ready,
});
const COURSE: AutoscalingCourse = {
  name: 'main',
  metric: 'depth',
  target: 100,
  maxReplicas: 2,
  points: [at(3, 0, undefined, 0, 1), at(5, 1000, 100, 1, 1), at(8, 2000, 10_000, 2, 1), at(9, 3000, 0, 2, 2)],
};
const EVENTS = { from: 0, to: 4000, marks: [], counts: [], waits: [], lanes: 0, answers: [], gaps: [] };

describe('the picture of an autoscaler', () => {
  const html = render(
    h(AutoscalingPicture, { course: COURSE, one: scriptedCase('a/b', { outcome: 'pass' }), events: EVENTS }),
  );

  it('has its figures in a table, each with the entry that shows it', () => {
    const cells = [...html.matchAll(/<tr>(<td>.*?)<\/tr>/g)].map(([, row = '']) =>
      [...row.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell),
    );
    expect(cells.map(([, ...figures]) => figures)).toEqual([
      ['3', 'none', '0', '1'],
      ['5', '100', '1', '1'],
      ['8', '10000', '2', '1'],
      ['9', '0', '2', '2'],
    ]);
  });

  it('is drawn whole: a value of 0 has a place on the log scale, and nothing is scripted', () => {
    expect(html).toContain('target 100');
    expect(html).toContain('maxReplicas 2');
    expect(html).not.toMatch(/NaN|Infinity|<script/);
  });
});
