import type { VNode } from 'preact';
import type { Finding, Verdict } from '../../evidence/index.ts';
import { SIGNS } from '../outcome-words.ts';

/** An outcome as a sign and its word; the colour only helps. */
export function OutcomeChip({ of }: { of: Pick<Verdict, 'class'> & { outcome: Finding['outcome'] } }): VNode {
  return (
    <span class={`chip o-${of.outcome}`}>
      <span aria-hidden="true">{SIGNS[of.outcome]}</span> {of.outcome}
      {of.class === undefined ? '' : ` (${of.class})`}
    </span>
  );
}
