import type { VNode } from 'preact';
import { type CaseReport, type Leftover, showRecordedRef } from '../../evidence/index.ts';
import type { RunData } from '../run-data.ts';
import { caseAnchor } from './anchors.ts';
import { OutcomeChip } from './outcome-chip.tsx';

/** What asks for somebody to act: leftovers, warnings, and what keeps a case from being decided. Nothing when there is nothing. */
export function Attention({ data: { report, warnings } }: { data: RunData }): VNode | null {
  const failed = byRemedy(report.cases.filter((one) => one.outcome === 'fail'));
  const undecided = byRemedy(report.cases.filter((one) => one.outcome === 'inconclusive'));
  const { leftovers, run } = report;
  if (leftovers.length + warnings.length + failed.length + undecided.length === 0 && !run.interrupted) return null;
  return (
    <section class="attention" aria-labelledby="attention">
      <h2 id="attention">To do</h2>
      {run.interrupted ? <p>The run was interrupted: what had not ended by then was not shown.</p> : null}
      {leftovers.length > 0 ? <Leftovers leftovers={leftovers} /> : null}
      {warnings.length > 0 ? (
        <ul>
          {warnings.map((warning) => (
            <li key={warning.t}>
              {warning.message}. <strong>{warning.remedy}</strong>
            </li>
          ))}
        </ul>
      ) : null}
      <Cases title="Failed" groups={failed} />
      <Cases title="Not decided" groups={undecided} />
    </section>
  );
}

function Leftovers({ leftovers }: { leftovers: readonly Leftover[] }): VNode {
  return (
    <>
      <h3>Left in the cluster ({leftovers.length})</h3>
      <ul>
        {leftovers.map((one) => (
          <li key={`${one.ref.uid} ${one.ref.name}`}>
            <code>{showRecordedRef(one.ref)}</code>: {one.why}
            {one.finalizers.length === 0 ? null : ` (finalizers: ${one.finalizers.join(', ')})`}.{' '}
            <strong>{one.remedy}</strong>
          </li>
        ))}
      </ul>
    </>
  );
}

interface Group {
  readonly remedy: string;
  readonly cases: readonly CaseReport[];
}

function Cases({ title, groups }: { title: string; groups: readonly Group[] }): VNode | null {
  if (groups.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {groups.map(({ remedy, cases }) => (
          <li key={cases[0]?.id}>
            {cases[0] === undefined ? null : (
              <>
                <OutcomeChip of={cases[0]} /> {cases[0].because}.{' '}
              </>
            )}
            {remedy === '' ? null : <strong>{remedy}</strong>}{' '}
            <span class="quiet">
              {cases.map((one, index) => (
                <span key={one.id}>
                  {index === 0 ? '' : ', '}
                  <a href={`#${caseAnchor(one.id)}`}>{one.id}</a>
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Cases that the same remedy would help are told once. */
function byRemedy(cases: readonly CaseReport[]): readonly Group[] {
  const groups = Map.groupBy(cases, (one) => `${one.class} ${one.remedy ?? ''} ${one.because}`);
  return [...groups.values()].map((own) => ({ remedy: own[0]?.remedy ?? '', cases: own }));
}
