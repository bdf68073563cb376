import type { CaseReport } from '../evidence/index.ts';

/** A case's id without its requirement's: `oversized-gang-waits@kueue`. */
export function shortCaseName(one: Pick<CaseReport, 'id' | 'requirement'>): string {
  const prefix = `${one.requirement}/`;
  return one.id.startsWith(prefix) ? one.id.slice(prefix.length) : one.id;
}
