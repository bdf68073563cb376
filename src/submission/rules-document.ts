import type { RuleFacts } from './rule.ts';

/** docs/rules.md: every rule of the catalogue in words, the official ones first. */
export function rulesDocument(rules: readonly RuleFacts[]): string {
  const official = rules.filter((rule) => rule.profiles.some((profile) => profile !== 'strict'));
  const own = rules.filter((rule) => !official.includes(rule));
  return [
    '# Rules of `plimsoll validate`',
    '',
    'Written by `node scripts/write-rules.ts` from the catalogue in `src/submission`; a test compares the two.',
    '`plimsoll explain RULE` prints the same. A severity says what a reviewer would do: an error blocks the submission, a',
    'warning asks for a word, info is good to know. A rule may lower its severity for a single finding and then says why.',
    '',
    '## What the official validators find',
    '',
    'The profile `strict` has these too. There, what is true and only disliked by a validator is a warning.',
    '',
    ...official.flatMap(section),
    '## What only the profile `strict` finds',
    '',
    ...own.flatMap(section),
  ].join('\n');
}

function section({ id, severity, profiles, reason, remedy, source }: RuleFacts): string[] {
  const since =
    profiles.includes('official-2026-08') || !profiles.includes('official') ? '' : ' (newest validator only)';
  return [
    `### ${id}`,
    '',
    `**${severity}**${since}. ${reason}`,
    '',
    `- What to do: ${remedy}`,
    `- Source: ${source}`,
    '',
  ];
}
