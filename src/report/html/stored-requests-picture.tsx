import { scaleLinear } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import type { VNode } from 'preact';
import type { CaseReport } from '../../evidence/index.ts';
import type { CaseEvents } from '../pictures/case-events.ts';
import type { StoredPoint, StoredRequests } from '../pictures/stored-requests.ts';
import { Drawing, LEFT, RIGHT, TimeAxis, timeScale } from './drawing.tsx';
import { FiguresTable } from './figures-table.tsx';
import { MarkLines } from './mark-lines.tsx';
import { moment } from './moment.ts';

const TOP = 44;
const ROW = 62;
const ROOM = 44;

/** The request counter of each pod in the store (line and dots) against the requests that the pod had answered (shade). */
export function StoredRequestsPicture({
  shown,
  one,
  events,
}: {
  shown: StoredRequests;
  one: CaseReport;
  events: CaseEvents;
}): VNode {
  const x = timeScale(events);
  const height = TOP + shown.pods.length * ROW + 8;
  return (
    <figure>
      <figcaption>
        Requests of each pod: shaded, what it had answered; dots, what the store said at each look
      </figcaption>
      <Drawing
        name="Requests of each pod in the store"
        of={`Requests of each pod in the store in ${one.id}`}
        height={height}
      >
        <TimeAxis events={events} x={x} height={height} />
        {shown.pods.map(({ name, course }, index) => (
          <Lane key={name} name={name} course={course} most={shown.most} x={x} y={TOP + index * ROW} />
        ))}
        <MarkLines marks={events.marks} from={events.from} x={x} height={height} />
      </Drawing>
      <StoredTable shown={shown} from={events.from} />
    </figure>
  );
}

function Lane({
  name,
  course,
  most,
  x,
  y,
}: {
  name: string;
  course: readonly StoredPoint[];
  most: number;
  x: (t: number) => number;
  y: number;
}): VNode {
  const height = scaleLinear([0, most], [y + 8 + ROOM, y + 8]);
  const stored = line<StoredPoint>()
    .defined((point) => point.stored !== undefined)
    .x(({ t }) => x(t))
    .y((point) => height(point.stored ?? 0))
    .curve(curveStepAfter);
  const first = course[0];
  const end = course.at(-1);
  const answered = course.map(({ t, answered: count }) => `H${x(t)}V${height(count)}`).join('');
  return (
    <g>
      <text class="name" x={4} y={y + 24}>
        {name.length <= 28 ? name : `…${name.slice(-27)}`}
      </text>
      <text class="axis" x={LEFT - 8} y={height(most) + 8} text-anchor="end">
        {most}
      </text>
      <path class="ground" d={`M${LEFT} ${height(0)}H${RIGHT}`} />
      {first === undefined || end === undefined ? null : (
        <path class="shade" d={`M${x(first.t)} ${height(0)}${answered}H${x(end.t) + 2}V${height(0)}Z`}>
          <title>{`${name}: answered`}</title>
        </path>
      )}
      <path class="course" d={stored([...course]) ?? ''}>
        <title>{`${name}: in the store`}</title>
      </path>
      {course.map((point) =>
        point.stored === undefined ? null : (
          <circle key={point.seq} class="dot" cx={x(point.t)} cy={height(point.stored)} r={3}>
            <title>{`${point.stored} in the store, ${point.answered} answered (entry ${point.seq})`}</title>
          </circle>
        ),
      )}
    </g>
  );
}

function StoredTable({ shown, from }: { shown: StoredRequests; from: number }): VNode {
  const rows = shown.pods.flatMap(({ name, course }) => course.map((point) => ({ name, ...point })));
  return (
    <FiguresTable
      summary="Requests of each pod as a table"
      name="Requests of each pod, as a table"
      heads={['Time', 'Entry', 'Pod', 'Answered', 'In the store']}
    >
      {rows
        .toSorted((a, b) => a.seq - b.seq)
        .map(({ name, seq, t, answered, stored }) => (
          <tr key={`${seq} ${name}`}>
            <td>{moment(t, from)}</td>
            <td>{seq}</td>
            <td>{name}</td>
            <td>{answered}</td>
            <td>{stored ?? 'nothing'}</td>
          </tr>
        ))}
    </FiguresTable>
  );
}
