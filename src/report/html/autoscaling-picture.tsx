import { scaleLinear, scaleLog } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import type { VNode } from 'preact';
import type { CaseReport } from '../../evidence/index.ts';
import type { AutoscalingCourse, CoursePoint } from '../pictures/autoscaling-course.ts';
import type { CaseEvents } from '../pictures/case-events.ts';
import { Drawing, LEFT, TimeAxis, timeScale } from './drawing.tsx';
import { FiguresTable } from './figures-table.tsx';
import { MarkLines } from './mark-lines.tsx';
import { moment } from './moment.ts';

const METRIC = { top: 48, bottom: 158 };
const REPLICAS = { top: 182, bottom: 242 };
const HEIGHT = 256;

/** An autoscaler over time: what it read, what it wanted, what was ready, with the marks of the case. */
export function AutoscalingPicture({
  course,
  one,
  events,
}: {
  course: AutoscalingCourse;
  one: CaseReport;
  events: CaseEvents;
}): VNode {
  const x = timeScale(events);
  const title = `Autoscaler ${course.name}`;
  return (
    <figure>
      <figcaption>
        {title}: what it read of {course.metric}, what it wanted, and what was ready. The numbered marks are those of
        the next picture, which names them.
      </figcaption>
      <Drawing name={title} of={`${title} in ${one.id}`} height={HEIGHT}>
        <TimeAxis events={events} x={x} height={HEIGHT} />
        <Metric course={course} x={x} to={events.to} />
        <Replicas course={course} x={x} to={events.to} />
        <MarkLines marks={events.marks} from={events.from} x={x} height={HEIGHT} />
      </Drawing>
      <CourseTable course={course} from={events.from} />
    </figure>
  );
}

interface Part {
  readonly course: AutoscalingCourse;
  readonly x: (t: number) => number;
  readonly to: number;
}

/** The last state holds to the end of the picture. */
function held({ points }: AutoscalingCourse, to: number): readonly CoursePoint[] {
  const last = points.at(-1);
  return last === undefined ? [] : [...points, { ...last, t: to }];
}

function Metric({ course, x, to }: Part): VNode {
  const points = held(course, to);
  const values = [...points.map(({ metric }) => metric), course.target].filter((value) => value !== undefined);
  // Values lie between a part and a hundred times the target: equal factors are equal distances.
  const floor = Math.max(1, Math.min(...values) / 1.5);
  const y = scaleLog([floor, Math.max(...values, floor * 2) * 1.2], [METRIC.bottom, METRIC.top]).clamp(true);
  const path = line<CoursePoint>()
    .curve(curveStepAfter)
    .defined(({ metric }) => metric !== undefined)
    .x(({ t }) => x(t))
    .y(({ metric }) => y(Math.max(floor, metric ?? floor)));
  const ticks = [...new Set(values)]
    .toSorted((a, b) => b - a)
    .filter((value, index, all) => index === 0 || y(value) - y(all[index - 1] ?? value) > 11);
  return (
    <g>
      <text class="name" x={4} y={METRIC.top + 14}>
        metric per pod, log scale
      </text>
      {ticks.map((value) => (
        <text key={value} class="axis" x={LEFT - 8} y={y(Math.max(floor, value)) + 4} text-anchor="end">
          {value === course.target ? `target ${value}` : value}
        </text>
      ))}
      {course.target === undefined ? null : (
        <path class="queued" d={`M${LEFT} ${y(course.target)}H${x(to)}`}>
          <title>{`target ${course.target}`}</title>
        </path>
      )}
      <path class="course" d={path([...points]) ?? ''}>
        <title>what the autoscaler read</title>
      </path>
    </g>
  );
}

function Replicas({ course, x, to }: Part): VNode {
  const points = held(course, to);
  const most = Math.max(course.maxReplicas, ...points.flatMap(({ desired, ready }) => [desired ?? 0, ready ?? 0]));
  const y = scaleLinear([0, most], [REPLICAS.bottom, REPLICAS.top]);
  const ready = area<CoursePoint>()
    .curve(curveStepAfter)
    .x(({ t }) => x(t))
    .y0(y(0))
    .y1((point) => y(point.ready ?? 0));
  const desired = line<CoursePoint>()
    .curve(curveStepAfter)
    .defined((point) => point.desired !== undefined)
    .x(({ t }) => x(t))
    .y((point) => y(point.desired ?? 0));
  return (
    <g>
      <text class="name" x={4} y={REPLICAS.top + 14}>
        replicas
      </text>
      <text class="axis" x={4} y={REPLICAS.top + 30}>
        line wanted, area ready
      </text>
      {Array.from({ length: most + 1 }, (_, count) => (
        <text key={count} class="axis" x={LEFT - 8} y={y(count) + 4} text-anchor="end">
          {count === course.maxReplicas ? `maxReplicas ${count}` : count}
        </text>
      ))}
      <path class="ground" d={`M${LEFT} ${y(0)}H${x(to)}`} />
      <path class="count count-1" d={ready([...points]) ?? ''}>
        <title>replicas that are ready</title>
      </path>
      <path class="course" d={desired([...points]) ?? ''}>
        <title>replicas that the autoscaler wants</title>
      </path>
    </g>
  );
}

function CourseTable({ course, from }: { course: AutoscalingCourse; from: number }): VNode {
  return (
    <FiguresTable
      summary={`The course of ${course.name} as a table`}
      name={`The course of ${course.name}, as a table`}
      heads={['Time', 'Entry', 'Metric per pod', 'Replicas wanted', 'Replicas ready']}
    >
      {course.points.map((point) => (
        <tr key={point.seq}>
          <td>{moment(point.t, from)}</td>
          <td>{point.seq}</td>
          <td>{point.metric ?? 'none'}</td>
          <td>{point.desired ?? 'none'}</td>
          <td>{point.ready ?? 'none'}</td>
        </tr>
      ))}
    </FiguresTable>
  );
}
