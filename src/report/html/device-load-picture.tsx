import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { VNode } from 'preact';
import type { CaseReport } from '../../evidence/index.ts';
import type { CaseEvents } from '../pictures/case-events.ts';
import type { DeviceLoad, LoadPoint } from '../pictures/device-load.ts';
import { Drawing, LEFT, RIGHT, TimeAxis, timeScale } from './drawing.tsx';
import { FiguresTable } from './figures-table.tsx';
import { moment } from './moment.ts';

const TOP = 24;
const ROW = 62;
const ROOM = 44;

/** The utilisation of each device over time; the time in which one of them was put to work is shaded. */
export function DeviceLoadPicture({
  shown,
  one,
  events,
}: {
  shown: DeviceLoad;
  one: CaseReport;
  events: CaseEvents;
}): VNode {
  const x = timeScale(events);
  const height = TOP + shown.devices.length * ROW + 8;
  const { load } = shown;
  return (
    <figure>
      <figcaption>
        Utilisation of each device, as its metrics told it, 0 to 100 %
        {load === undefined
          ? ''
          : `; shaded: one of them at work, ${moment(load.from, events.from)} to ${moment(load.to, events.from)}`}
      </figcaption>
      <Drawing name="Utilisation of each device" of={`Utilisation of each device in ${one.id}`} height={height}>
        {load === undefined ? null : (
          <rect
            class="shade"
            x={x(load.from)}
            y={18}
            width={Math.max(2, x(load.to) - x(load.from))}
            height={height - 18}
          >
            <title>one device is at work</title>
          </rect>
        )}
        <TimeAxis events={events} x={x} height={height} />
        {shown.devices.map(({ key, course }, index) => (
          <Lane key={key} name={key} course={course} x={x} y={TOP + index * ROW} />
        ))}
      </Drawing>
      <LoadTable shown={shown} from={events.from} />
    </figure>
  );
}

function Lane({
  name,
  course,
  x,
  y,
}: {
  name: string;
  course: readonly LoadPoint[];
  x: (t: number) => number;
  y: number;
}): VNode {
  const height = scaleLinear([0, 100], [y + 8 + ROOM, y + 8]).clamp(true);
  const path = line<LoadPoint>()
    .defined(({ points }) => points !== undefined)
    .x(({ t }) => x(t))
    .y(({ points }) => height(points ?? 0));
  return (
    <g>
      <text class="name" x={4} y={y + 26}>
        {name.length <= 28 ? name : `${name.slice(0, 27)}…`}
      </text>
      <text class="axis" x={4} y={y + 40}>
        0 to 100 %
      </text>
      <path class="ground" d={`M${LEFT} ${height(0)}H${RIGHT}`} />
      <path class="course" d={path([...course]) ?? ''}>
        <title>{name}</title>
      </path>
      {course.map(({ seq, t, points }) =>
        points === undefined ? null : (
          <circle key={seq} class="dot" cx={x(t)} cy={height(points)} r={3}>
            <title>{`${points.toFixed(1)} % (entry ${seq})`}</title>
          </circle>
        ),
      )}
    </g>
  );
}

function LoadTable({ shown, from }: { shown: DeviceLoad; from: number }): VNode {
  const { devices, load } = shown;
  const moments = [...new Map(devices.flatMap(({ course }) => course.map(({ seq, t }) => [seq, t] as const)))];
  const at = (course: readonly LoadPoint[], seq: number): string => {
    const point = course.find((one) => one.seq === seq);
    if (point?.points === undefined) return 'none';
    return `${point.points.toFixed(1)} %${point.used === undefined ? '' : `, ${point.used} bytes`}`;
  };
  return (
    <FiguresTable
      summary="Utilisation and used memory of each device as a table"
      name="Utilisation of each device, as a table"
      heads={['Time', 'Entry', 'Load', ...devices.map(({ key }) => key)]}
    >
      {moments
        .toSorted(([a], [b]) => a - b)
        .map(([seq, t]) => (
          <tr key={seq}>
            <td>{moment(t, from)}</td>
            <td>{seq}</td>
            <td>{load !== undefined && t >= load.from && t <= load.to ? 'runs' : 'none'}</td>
            {devices.map(({ key, course }) => (
              <td key={key}>{at(course, seq)}</td>
            ))}
          </tr>
        ))}
    </FiguresTable>
  );
}
