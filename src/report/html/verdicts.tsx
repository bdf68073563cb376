import type { VNode } from 'preact';
import type { CaseReport, Outcome, RequirementReport, RunReport, Verdict } from '../../evidence/index.ts';
import { mustsFirst } from '../musts-first.ts';
import { SIGNS } from '../outcome-words.ts';
import { caseAnchor, requirementAnchor } from './anchors.ts';
import { ColumnHeads } from './figures-table.tsx';
import { OutcomeChip } from './outcome-chip.tsx';
import { Wide } from './wide.tsx';

/** A row for each requirement, with its two bars. */
export function Verdicts({ report }: { report: RunReport }): VNode {
  return (
    <section aria-labelledby="verdicts">
      <h2 id="verdicts">Verdicts</h2>
      <p class="quiet">
        The verdict is that of the <em>behaviour</em> bar: what the requirement's text demands. The <em>official</em>{' '}
        bar is what its own proposal plans to test. Each box is a case that decides; what was not shown is never a pass.
      </p>
      <Wide name="Verdicts">
        <table class="verdicts">
          <ColumnHeads names={['Requirement', 'Official', 'Behaviour', 'Why']} />
          <tbody>
            {mustsFirst(report.requirements).map((one) => (
              <Row key={one.id} requirement={one} cases={report.cases.filter((each) => one.cases.includes(each.id))} />
            ))}
          </tbody>
        </table>
      </Wide>
    </section>
  );
}

function Row({ requirement, cases }: { requirement: RequirementReport; cases: readonly CaseReport[] }): VNode {
  const deciding = cases.filter((one) => one.kind !== 'extended');
  const official = deciding.filter((one) => one.bar === 'official');
  const { id, title, level, verdict } = requirement;
  return (
    <tr>
      <th scope="row">
        <a href={`#${requirementAnchor(id)}`}>{id}</a>
        <span class="level">{level}</span>
        <span class="title">{title}</span>
      </th>
      <td>
        {requirement.official === undefined ? (
          <span class="quiet">no official plan</span>
        ) : (
          <Bar
            verdict={requirement.official}
            parts={official.map((one) => [one, one.official ?? one.outcome] as const)}
          />
        )}
      </td>
      <td>
        <Bar verdict={verdict} parts={deciding.map((one) => [one, one.outcome] as const)} />
      </td>
      <td class="why">{verdict.because}</td>
    </tr>
  );
}

function Bar({ verdict, parts }: { verdict: Verdict; parts: readonly (readonly [CaseReport, Outcome])[] }): VNode {
  return (
    <>
      <OutcomeChip of={verdict} />
      <span class="bar">
        {parts.map(([one, outcome]) => (
          <a key={one.id} class={`box o-${outcome}`} href={`#${caseAnchor(one.id)}`} title={`${one.id}: ${outcome}`}>
            <span aria-hidden="true">{SIGNS[outcome]}</span>
            <span class="unseen">
              {one.id}: {outcome}
            </span>
          </a>
        ))}
      </span>
    </>
  );
}
