import type { VNode } from 'preact';
import { type CaseReport, type EntryOf, showDuration, type Timeline } from '../../evidence/index.ts';
import { type CaseEvents, caseEvents } from '../pictures/case-events.ts';
import { entryLine } from '../pictures/entry-line.ts';
import { CaseTable } from './case-table.tsx';
import { COUNT_ROW, CountLane } from './count-lane.tsx';
import { Drawing, TimeAxis, timeScale } from './drawing.tsx';
import { MarkLines } from './mark-lines.tsx';
import { moment } from './moment.ts';

const TOP = 44;
const WAIT_ROW = 16;

/** What happened over time: marks, objects of each group, waits, answers, gaps, and where the findings point. */
export function CasePicture({ one, timeline }: { one: CaseReport; timeline: Timeline }): VNode | null {
  const events = caseEvents(timeline);
  if (events === undefined) return null;
  const counts = TOP;
  const waits = counts + events.counts.length * COUNT_ROW;
  const answers = waits + (events.lanes === 0 ? 0 : events.lanes * WAIT_ROW + 10);
  const cited = answers + (events.answers.length === 0 ? 0 : 22);
  const height = cited + 24;
  const x = timeScale(events);
  return (
    <figure>
      <Drawing name="What happened over time" of={`What happened in ${one.id}`} height={height}>
        <TimeAxis events={events} x={x} height={height} />
        {events.gaps.map((gap) => (
          <rect
            key={gap.seq}
            class="gap"
            x={x(gap.from)}
            y={18}
            width={Math.max(2, x(gap.to) - x(gap.from))}
            height={height}
          >
            <title>{`not watched: ${gap.reason}`}</title>
          </rect>
        ))}
        {events.counts.map((row, index) => (
          <CountLane key={row.label} row={row} x={x} y={counts + index * COUNT_ROW} to={events.to} />
        ))}
        <Waits events={events} x={x} y={waits} />
        <Answers answers={events.answers} x={x} y={answers} />
        <Cited one={one} timeline={timeline} x={x} y={cited} />
        <MarkLines marks={events.marks} from={events.from} x={x} height={height} />
      </Drawing>
      <figcaption>
        {events.marks.map(({ number, entry }) => (
          <span key={entry.seq} class="mark-name">
            <span class="mark-number">{number}</span> {entry.name}{' '}
            <span class="quiet">{moment(entry.t, events.from)}</span>
          </span>
        ))}
        {events.counts.length === 0 ? null : (
          <span class="quiet">
            shades, from light to dark: {[...new Set(events.counts.flatMap(({ names }) => names))].join(', ')}
          </span>
        )}
        {events.answers.length === 0 ? null : <span class="quiet"> answers: dot given, ring refused</span>}
      </figcaption>
      <CaseTable one={one} events={events} timeline={timeline} />
    </figure>
  );
}

interface Place {
  readonly x: (t: number) => number;
  readonly y: number;
}

function Waits({ events, x, y }: Place & { events: CaseEvents }): VNode | null {
  if (events.lanes === 0) return null;
  return (
    <>
      <text class="name" x={4} y={y + 12}>
        waits
      </text>
      {events.waits.map(({ lane, entry }) => (
        <g key={entry.seq} class={`wait w-${entry.how}`}>
          <title>{`${entry.for}: ${entry.how} after ${showDuration(entry.t - entry.since)} of ${showDuration(entry.within)}`}</title>
          <rect
            x={x(entry.since)}
            y={y + lane * WAIT_ROW + 2}
            width={Math.max(2, x(entry.t) - x(entry.since))}
            height={WAIT_ROW - 4}
            rx={2}
          />
          {x(entry.t) - x(entry.since) < 60 ? null : (
            <text x={x(entry.since) + 5} y={y + lane * WAIT_ROW + 12}>
              {fitting(`${entry.how}: ${entry.for}`, x(entry.t) - x(entry.since) - 8)}
            </text>
          )}
        </g>
      ))}
    </>
  );
}

function Answers({ answers, x, y }: Place & { answers: readonly EntryOf<'answer'>[] }): VNode | null {
  if (answers.length === 0) return null;
  return (
    <>
      <text class="name" x={4} y={y + 14}>
        answers
      </text>
      {answers.map((answer) => (
        <circle
          key={answer.seq}
          class={answer.error === undefined ? 'answer' : 'answer refused'}
          cx={x(answer.t)}
          cy={y + 10}
          r={4.5}
        >
          <title>{entryLine(answer)}</title>
        </circle>
      ))}
    </>
  );
}

/** A triangle at each entry that a finding points to, in the finding's colour. */
function Cited({ one, timeline, x, y }: Place & { one: CaseReport; timeline: Timeline }): VNode {
  const worst = ['info', 'pass', 'not-applicable', 'inconclusive', 'fail'];
  const found = one.findings.flatMap(({ outcome, claim, evidence }) =>
    evidence.flatMap((seq) => {
      const entry = timeline.entry(seq);
      return entry === undefined ? [] : [{ seq, t: entry.t, outcome, claim }];
    }),
  );
  return (
    <>
      <text class="name" x={4} y={y + 14}>
        findings point to
      </text>
      {found
        .toSorted((a, b) => worst.indexOf(a.outcome) - worst.indexOf(b.outcome))
        .map(({ seq, t, outcome, claim }) => (
          <path key={`${seq} ${claim}`} class={`cited o-${outcome}`} d={`M${x(t)} ${y + 4}l6 11h-12z`}>
            <title>{`entry ${seq}, ${outcome}: ${claim}`}</title>
          </path>
        ))}
    </>
  );
}

/** As much of a text as about fits into so many pixels. */
function fitting(text: string, pixels: number): string {
  const most = Math.floor(pixels / 6);
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`;
}
