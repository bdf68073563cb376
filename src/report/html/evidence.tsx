import type { VNode } from 'preact';
import type { CaseReport, Entry, Timeline } from '../../evidence/index.ts';
import { entryLine } from '../pictures/entry-line.ts';
import { evidenceAnchor } from './anchors.ts';
import { moment } from './moment.ts';

/** Longest excerpt of one entry, characters; the whole entry is a line of the timeline. */
const EXCERPT = 4000;

/**
 * The entries that the findings cite. Every one is its own fold; a link to what is inside a fold opens it, without any script (HTML,
 * "ancestor revealing algorithm").
 */
export function Evidence({ one, timeline }: { one: CaseReport; timeline: Timeline }): VNode | null {
  const cited = [...new Set(one.findings.flatMap((finding) => finding.evidence))].sort((a, b) => a - b);
  const entries = cited.flatMap((seq) => timeline.entry(seq) ?? []);
  if (entries.length === 0) return null;
  const origin = timeline.entries[0]?.t ?? 0;
  return (
    <div class="evidence">
      <h4>Evidence</h4>
      {entries.map((entry) => (
        <details key={entry.seq}>
          <summary>
            entry {entry.seq}, {moment(entry.t, origin)}: {entryLine(entry)}
          </summary>
          <pre id={evidenceAnchor(one.id, entry.seq)}>{excerpt(entry, one.timeline)}</pre>
        </details>
      ))}
    </div>
  );
}

function excerpt(entry: Entry, file: string): string {
  const whole = entry.kind === 'log' ? entry.text : JSON.stringify(entry, null, 2);
  if (whole.length <= EXCERPT) return whole;
  return `${whole.slice(0, EXCERPT)}\n… ${whole.length - EXCERPT} more characters: ${file}, line ${entry.seq}`;
}
