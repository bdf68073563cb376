import { scaleLinear } from 'd3-scale';
import type { VNode } from 'preact';
import { type CaseReport, type RunReport, showDuration } from '../../evidence/index.ts';
import { leastWaitText, outcomeText, SIGNS } from '../outcome-words.ts';
import { timeTicks } from '../pictures/time-ticks.ts';
import { shortCaseName } from '../short-case-name.ts';
import { caseAnchor } from './anchors.ts';
import { Axis, Drawing, WIDTH } from './drawing.tsx';
import { FiguresTable } from './figures-table.tsx';

const LEFT = 360;
const ROW = 24;
const TOP = 26;

/** When each case ran: waiting for its turn, setting up, acting, tearing down; the waits that it cannot do without below. */
export function RunPicture({ report }: { report: RunReport }): VNode {
  const cases = report.cases.filter((one) => one.startedAt !== undefined).toSorted(byStart);
  const never = report.cases.length - cases.length;
  const rows = [...Map.groupBy(cases, (one) => one.requirement)].flatMap(([id, own]) => [id, ...own]);
  const height = TOP + rows.length * ROW + 8;
  const x = scaleLinear([0, report.run.ms], [LEFT, WIDTH - 56]);
  return (
    <section aria-labelledby="run">
      <h2 id="run">The run</h2>
      {cases.length === 0 ? (
        <p>No case was started.</p>
      ) : (
        <figure>
          <Drawing name="When each case ran" of="When each case ran" height={height}>
            <Axis
              ticks={timeTicks(report.run.ms).map(({ t, label }) => ({ at: x(t), label }))}
              height={height}
              top={TOP - 6}
              words={TOP - 11}
            />
            {rows.map((row, index) => {
              const y = TOP + index * ROW;
              if (typeof row !== 'string') return <Lane key={row.id} one={row} x={x} y={y} />;
              return (
                <text key={row} class="head" x={4} y={y + 14}>
                  {row}
                </text>
              );
            })}
          </Drawing>
          <figcaption>
            <Key class="k-queued" /> waits for accelerators that others hold <Key class="k-prepare" /> set-up and
            tear-down <Key class="k-act" /> act, in the colour of the result <Key class="k-wait" /> least wait of the
            case
            {never === 0 ? '' : `. ${never} more did not run; the table says why`}
          </figcaption>
        </figure>
      )}
      <RunTable cases={report.cases} />
    </section>
  );
}

function Key({ class: name }: { class: string }): VNode {
  return <span class={`key ${name}`} aria-hidden="true" />;
}

function Lane({ one, x, y }: { one: CaseReport; x: (t: number) => number; y: number }): VNode {
  const { queued = 0, setUp = 0, act = 0, tearDown = 0, all = 0 } = one.ms ?? {};
  const start = one.startedAt ?? 0;
  const box = (from: number, ms: number, name: string, height = 12, top = 4): VNode => (
    <rect class={name} x={x(from)} y={y + top} width={Math.max(0.5, x(from + ms) - x(from))} height={height} />
  );
  return (
    <g class={`o-${one.outcome}`}>
      <title>
        {`${one.id}: ${outcomeText(one)}; queued ${showDuration(queued)}, set-up ${showDuration(setUp)}, act ${showDuration(act)}, tear-down ${showDuration(tearDown)}`}
      </title>
      <text class="sign" x={4} y={y + 14}>
        {SIGNS[one.outcome]}
      </text>
      <text class="name" x={20} y={y + 14}>
        {shortened(shortCaseName(one))}
      </text>
      {queued < 50 ? null : <path class="queued" d={`M${x(start - queued)} ${y + 10}H${x(start)}`} />}
      {box(start, setUp, 'prepare')}
      {box(start + setUp, act, 'act')}
      {box(start + setUp + act, tearDown, 'prepare')}
      {one.leastWait === 0 ? null : box(start + setUp, one.leastWait, 'least-wait', 3, 18)}
      <text class="axis" x={x(start + all) + 4} y={y + 14}>
        {showDuration(all)}
      </text>
    </g>
  );
}

/** As much of a name as fits left of the axis; its end tells instances of a case apart. */
function shortened(name: string): string {
  return name.length <= 48 ? name : `${name.slice(0, 24)}…${name.slice(-23)}`;
}

function RunTable({ cases }: { cases: readonly CaseReport[] }): VNode {
  const ms = (value: number | undefined): string => (value === undefined ? '' : showDuration(value));
  return (
    <FiguresTable
      class="fold"
      summary="The run as a table"
      name="The run as a table"
      heads={['Case', 'Result', 'Began at', 'Queued', 'Set-up', 'Act', 'Tear-down', 'Least wait']}
    >
      {cases.map((one) => (
        <tr key={one.id}>
          <th scope="row">
            <a href={`#${caseAnchor(one.id)}`}>{one.id}</a>
          </th>
          <td>{outcomeText(one)}</td>
          <td>{one.startedAt === undefined ? `did not run: ${one.because}` : ms(one.startedAt)}</td>
          <td>{ms(one.ms?.queued)}</td>
          <td>{ms(one.ms?.setUp)}</td>
          <td>{ms(one.ms?.act)}</td>
          <td>{ms(one.ms?.tearDown)}</td>
          <td>{leastWaitText(one)}</td>
        </tr>
      ))}
    </FiguresTable>
  );
}

function byStart(a: CaseReport, b: CaseReport): number {
  return (a.startedAt ?? 0) - (b.startedAt ?? 0);
}
