import type { VNode } from 'preact';
import type { RequirementReport } from '../../evidence/index.ts';
import type { RunData } from '../run-data.ts';
import { requirementAnchor } from './anchors.ts';
import { CaseArticle } from './case-article.tsx';
import { OutcomeChip } from './outcome-chip.tsx';

/** A requirement with all its cases. */
export function RequirementSection({ requirement, data }: { requirement: RequirementReport; data: RunData }): VNode {
  const { id, title, level, verdict, official } = requirement;
  const cases = data.report.cases.filter((one) => requirement.cases.includes(one.id));
  const anchor = requirementAnchor(id);
  return (
    <section id={anchor} aria-labelledby={`${anchor}-title`}>
      <h2 id={`${anchor}-title`}>
        {id} <span class="level">{level}</span>
      </h2>
      <p class="title">{title}</p>
      <p>
        <OutcomeChip of={verdict} /> {verdict.because}
      </p>
      {official === undefined || official.outcome === verdict.outcome ? null : (
        <p>
          By the official bar alone: <OutcomeChip of={official} /> {official.because}
        </p>
      )}
      {cases.map((one) => (
        <CaseArticle key={one.id} one={one} requirement={requirement} found={data.timelines.get(one.id)} />
      ))}
    </section>
  );
}
