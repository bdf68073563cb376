import type { VNode } from 'preact';
import type { CaseEvents } from '../pictures/case-events.ts';
import { moment } from './moment.ts';

/** The marks of a case as numbered lines from top to bottom of a picture. `from`: when the picture begins. */
export function MarkLines({
  marks,
  from,
  x,
  height,
}: {
  marks: CaseEvents['marks'];
  from: number;
  x: (t: number) => number;
  height: number;
}): VNode {
  return (
    <>
      {spread(marks.map(({ entry }) => x(entry.t))).map((at, index) => {
        const mark = marks[index];
        if (mark === undefined) return null;
        return (
          <g key={mark.entry.seq} class="mark-line">
            <title>{`${mark.entry.name} ${moment(mark.entry.t, from)}`}</title>
            <path d={`M${x(mark.entry.t)} 38V${height}`} />
            <circle cx={at} cy={29} r={9} />
            <text x={at} y={33} text-anchor="middle">
              {mark.number}
            </text>
          </g>
        );
      })}
    </>
  );
}

/** Numbers that would lie upon each other are moved to the right. */
function spread(places: readonly number[]): readonly number[] {
  const moved: number[] = [];
  for (const place of places) moved.push(Math.max(place, (moved.at(-1) ?? -Infinity) + 20));
  return moved;
}
