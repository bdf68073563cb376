import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plimsoll, ROOT } from './run-cli.ts';

const program = resolve(ROOT, '../shared/program');

interface Said {
  rule: string;
  id?: string;
  /** Where the official validator names one of several, depending on the order of a map. */
  idAnyOf?: string[];
}
interface Expected {
  path: string;
  older: { errors: Said[]; warnings: Said[] };
  newer: { errors: Said[]; warnings: Said[] };
}
interface Printed {
  submissions: { path: string; ok: boolean; findings: { rule: string; subject: string; severity: string }[] }[];
}

describe.runIf(existsSync(program))('real submissions, judged by the built CLI', () => {
  it.each([
    ['official', 'newer'],
    ['official-2026-08', 'older'],
  ] as const)('%s says what the official validator said', async (profile, edition) => {
    const members = resolve(program, 'cncf-members-2026-08-07.txt');
    const args = ['validate', '--profile', profile, '--members', members, '--format', 'json', program];
    const { submissions } = JSON.parse((await plimsoll(args)).stdout) as Printed;
    const expected = JSON.parse(readFileSync(resolve(program, 'official-expected.json'), 'utf8')) as Expected[];
    expect(submissions.map((one) => one.path).toSorted()).toEqual(expected.map((one) => one.path).toSorted());
    for (const { path, [edition]: said } of expected) {
      const ours = submissions.find((one) => one.path === path);
      for (const [severity, theirs] of [
        ['error', said.errors],
        ['warning', said.warnings],
      ] as const) {
        const found = ours?.findings.filter((one) => one.severity === severity) ?? [];
        expect([path, severity, namesOf(found, theirs)]).toEqual([path, severity, namesOfOfficial(theirs)]);
      }
      expect([path, ours?.ok]).toEqual([path, said.errors.length === 0]);
    }
  });
});

/** `rule subject`, each once; where the official validator picks one of several subjects by chance, only the rule. */
function namesOf(findings: readonly { rule: string; subject: string }[], theirs: readonly Said[]): string[] {
  return unique(
    findings.map(({ rule, subject }) => {
      const byChance = theirs.some((one) => one.rule === rule && one.idAnyOf?.includes(subject));
      return byChance ? rule : `${rule} ${subject}`;
    }),
  );
}

function namesOfOfficial(theirs: readonly Said[]): string[] {
  return unique(theirs.map(({ rule, id, idAnyOf }) => (idAnyOf ? rule : `${rule} ${id}`)));
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted();
}
