import { type ScaleLinear, scaleLinear } from 'd3-scale';
import type { ComponentChildren, VNode } from 'preact';
import type { CaseEvents } from '../pictures/case-events.ts';
import { timeTicks } from '../pictures/time-ticks.ts';
import { Wide } from './wide.tsx';

/** How wide every drawing is, pixels of the picture. */
export const WIDTH = 1120;
/** Where the names of a case's lanes end and its axis begins. */
export const LEFT = 210;
/** Where the time of a case ends. */
export const RIGHT = WIDTH - 30;

/** The frame of a drawing. `of` is what it shows, for whoever cannot see it; a table with the same figures has to follow. */
export function Drawing({
  name,
  of,
  height,
  children,
}: {
  name: string;
  of: string;
  height: number;
  children: ComponentChildren;
}): VNode {
  return (
    <Wide name={name}>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={`${of}. The table below has the same figures.`}>
        {children}
      </svg>
    </Wide>
  );
}

/** From a moment of a case to its place in the drawing. A case in which no time went by has an axis all the same. */
export function timeScale({ from, to }: CaseEvents): ScaleLinear<number, number> {
  return scaleLinear([from, Math.max(to, from + 1)], [LEFT, RIGHT]);
}

/** The axis of a case's time: round moments since it began. */
export function TimeAxis({
  events,
  x,
  height,
}: {
  events: CaseEvents;
  x: (t: number) => number;
  height: number;
}): VNode {
  const ticks = timeTicks(events.to - events.from).map(({ t, label }) => ({ at: x(events.from + t), label }));
  return <Axis ticks={ticks} height={height} />;
}

/** Lines from top to bottom of a drawing with their words above. `top`: where they begin; `words`: the foot of the words. */
export function Axis({
  ticks,
  height,
  top = 18,
  words = 12,
}: {
  ticks: readonly { readonly at: number; readonly label: string | number }[];
  height: number;
  top?: number;
  words?: number;
}): VNode {
  return (
    <>
      {ticks.map(({ at, label }) => (
        <g key={at}>
          <path class="grid" d={`M${at} ${top}V${height}`} />
          <text class="axis" x={at} y={words} text-anchor="middle">
            {label}
          </text>
        </g>
      ))}
    </>
  );
}
