import { describe, expect, it } from 'vitest';
import type { RunReport } from '../run/run-report.ts';
import { exitCodeOf } from './exit-code.ts';

type Asked = Parameters<typeof exitCodeOf>[0];

function code(
  verdicts: readonly (readonly ['MUST' | 'SHOULD', RunReport['requirements'][number]['verdict']['outcome']])[],
  more: { interrupted?: boolean; ours?: boolean; leftovers?: number } = {},
): number {
  const report = {
    run: { interrupted: more.interrupted ?? false },
    requirements: verdicts.map(([level, outcome]) => ({ level, verdict: { outcome } })),
    cases: more.ours ? [{ class: 'ours' }] : [],
    leftovers: Array.from({ length: more.leftovers ?? 0 }),
  };
  return exitCodeOf(report as unknown as Asked);
}

describe('the exit code', () => {
  it('is 0 only when every MUST passes or does not apply', () => {
    expect(
      code([
        ['MUST', 'pass'],
        ['MUST', 'not-applicable'],
        ['SHOULD', 'fail'],
      ]),
    ).toBe(0);
    expect(
      code([
        ['MUST', 'pass'],
        ['MUST', 'inconclusive'],
      ]),
    ).toBe(2);
    expect(
      code([
        ['MUST', 'inconclusive'],
        ['MUST', 'fail'],
      ]),
    ).toBe(1);
  });

  it('is never 0 when no MUST was asked', () => {
    expect(code([])).toBe(2);
    expect(code([['SHOULD', 'pass']])).toBe(2);
  });

  it('tells first what outranks the rest', () => {
    expect(code([['MUST', 'pass']], { leftovers: 1 })).toBe(5);
    expect(code([['MUST', 'inconclusive']], { leftovers: 1 })).toBe(5);
    expect(code([['MUST', 'fail']], { leftovers: 1, ours: true })).toBe(1);
    expect(code([['MUST', 'inconclusive']], { ours: true, leftovers: 1 })).toBe(70);
    expect(code([['MUST', 'fail']], { interrupted: true })).toBe(130);
  });
});
