import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter } from 'd3-shape';
import type { VNode } from 'preact';
import type { CountRow } from '../pictures/object-counts.ts';

/** Height of a row, pixels of the picture. */
export const COUNT_ROW = 46;
const ROOM = 32;

/** How many objects of a group were in which state over time: one step area for each state, the later the darker. */
export function CountLane({
  row,
  x,
  y,
  to,
}: {
  row: CountRow;
  x: (t: number) => number;
  y: number;
  to: number;
}): VNode {
  const height = scaleLinear([0, row.most], [y + 6 + ROOM, y + 6]);
  const last = row.points.at(-1);
  const points = last === undefined ? [] : [...row.points, { ...last, t: to }];
  return (
    <g>
      <text class="name" x={4} y={y + 20}>
        {row.label.length <= 28 ? row.label : `${row.label.slice(0, 27)}…`}
      </text>
      <text class="axis" x={4} y={y + 34}>
        at most {row.most}
      </text>
      <path class="ground" d={`M${x(points[0]?.t ?? to)} ${height(0)}H${x(to)}`} />
      {row.names.map((name, index) => {
        const shape = area<(typeof points)[number]>()
          .curve(curveStepAfter)
          .x((point) => x(point.t))
          .y0(height(0))
          .y1((point) => height(point.counts[index] ?? 0));
        return (
          <path
            key={name}
            class={`count count-${row.names.length === 2 && index === 1 ? 2 : index}`}
            d={shape(points) ?? ''}
          >
            <title>{`${row.label}: ${name}`}</title>
          </path>
        );
      })}
    </g>
  );
}
