import type { VNode } from 'preact';
import { type CaseReport, type Entry, showDuration, type Timeline } from '../../evidence/index.ts';
import type { CaseEvents } from '../pictures/case-events.ts';
import { entryLine } from '../pictures/entry-line.ts';
import { FiguresTable } from './figures-table.tsx';
import { moment } from './moment.ts';

interface Line {
  readonly seq: number;
  readonly t: number;
  readonly what: string;
}

/** The picture of a case as a table: the same marks, counts, waits, answers and gaps, in order. */
export function CaseTable({
  one,
  events,
  timeline,
}: {
  one: CaseReport;
  events: CaseEvents;
  timeline: Timeline;
}): VNode {
  const lines = linesOf(one, events, timeline);
  return (
    <FiguresTable summary="The picture as a table" name="What happened, as a table" heads={['Time', 'Entry', 'What']}>
      {lines.map((line) => (
        <tr key={`${line.seq} ${line.what}`}>
          <td>{moment(line.t, events.from)}</td>
          <td>{line.seq}</td>
          <td>{line.what}</td>
        </tr>
      ))}
    </FiguresTable>
  );
}

function linesOf(one: CaseReport, events: CaseEvents, timeline: Timeline): readonly Line[] {
  const asIs = ({ seq, t, ...rest }: Entry): Line => ({ seq, t, what: entryLine({ seq, t, ...rest } as Entry) });
  const counted = events.counts.flatMap((row) =>
    row.points.map(({ seq, t, counts }) => {
      const numbers = row.names.map((name, index) => `${counts[index]} ${name}`).join(', ');
      return { seq, t, what: `${row.label}: ${numbers}` };
    }),
  );
  const waits = events.waits.map(({ entry }) => {
    const took = `${showDuration(entry.t - entry.since)} of at most ${showDuration(entry.within)}`;
    const last = entry.reasons.at(-1)?.text;
    return {
      seq: entry.seq,
      t: entry.t,
      what: `${entryLine(entry)} (${took}${last === undefined ? '' : `; last reason: ${last}`})`,
    };
  });
  const cited = one.findings.flatMap((finding) =>
    finding.evidence.flatMap((seq) => {
      const entry = timeline.entry(seq);
      if (entry === undefined) return [];
      return [{ seq, t: entry.t, what: `${finding.outcome}: ${finding.claim} (${entryLine(entry)})` }];
    }),
  );
  return [
    ...events.marks.map(({ entry }) => asIs(entry)),
    ...counted,
    ...waits,
    ...events.answers.map(asIs),
    ...events.gaps.map(asIs),
    ...cited,
  ].toSorted((a, b) => a.seq - b.seq);
}
