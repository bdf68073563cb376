import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, factsOf } from './catalogue.ts';
import { officialRules } from './official/rules.ts';
import { rulesDocument } from './rules-document.ts';
import { STRICT_RULES } from './strict/rules.ts';

describe('the catalogue', () => {
  it('has every rule once, and every id that a rule may speak as', () => {
    const ids = CATALOGUE.map((rule) => rule.id);
    expect(ids).toEqual([...new Set(ids)].toSorted());
    const spoken = [...officialRules('official'), ...officialRules('official-2026-08'), ...STRICT_RULES].flatMap(
      (rule) => rule.ids,
    );
    expect(spoken.filter((id) => !factsOf(id))).toEqual([]);
    expect(ids.filter((id) => !spoken.includes(id))).toEqual([]);
  });

  it('says in whole sentences what is wrong and what to do', () => {
    const untidy = CATALOGUE.filter(({ id, reason, remedy, source }) => {
      const sentence = (text: string): boolean => /^[A-Za-z].{10,220}\.$/s.test(text);
      // A remedy may end in an address to copy.
      return !/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(id) || !sentence(reason) || remedy.length < 10 || source.length < 5;
    });
    expect(untidy.map((rule) => rule.id)).toEqual([]);
  });

  it('never uses the words that the terms forbid', () => {
    expect(
      CATALOGUE.filter((rule) => /certified by|\bscore|\bgrade|more conformant/i.test(JSON.stringify(rule))),
    ).toEqual([]);
  });

  it('is what docs/rules.md says (otherwise: node scripts/write-rules.ts)', () => {
    const written = readFileSync(resolve(import.meta.dirname, '../../docs/rules.md'), 'utf8');
    expect(written).toBe(rulesDocument(CATALOGUE));
  });
});
