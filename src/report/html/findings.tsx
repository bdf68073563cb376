import type { VNode } from 'preact';
import type { CaseReport, Finding, Timeline } from '../../evidence/index.ts';
import { evidenceAnchor } from './anchors.ts';
import { OutcomeChip } from './outcome-chip.tsx';

/** What the judge found out, each finding with the entries that show it. */
export function Findings({ one, timeline }: { one: CaseReport; timeline: Timeline | undefined }): VNode {
  return (
    <ol class="findings">
      {one.findings.map((finding, index) => (
        <li key={index} class={`o-${finding.outcome}`}>
          <OutcomeChip of={finding} /> <span class="claim">{finding.claim}</span>
          {finding.bar === 'behaviour' && one.bar === 'official' ? (
            <span class="quiet"> (not asked for by the official bar)</span>
          ) : null}
          <p class="message">{finding.message}</p>
          {finding.remedy === undefined ? null : <p class="remedy">{finding.remedy}</p>}
          <EvidenceLinks one={one} finding={finding} timeline={timeline} />
        </li>
      ))}
    </ol>
  );
}

function EvidenceLinks({
  one,
  finding,
  timeline,
}: {
  one: CaseReport;
  finding: Finding;
  timeline: Timeline | undefined;
}): VNode | null {
  if (finding.evidence.length === 0) return null;
  return (
    <p class="quiet">
      Evidence:{' '}
      {finding.evidence.map((seq, index) => (
        <span key={seq}>
          {index === 0 ? '' : ', '}
          {timeline?.entry(seq) === undefined ? (
            `entry ${seq}`
          ) : (
            <a href={`#${evidenceAnchor(one.id, seq)}`}>entry {seq}</a>
          )}
        </span>
      ))}
    </p>
  );
}
