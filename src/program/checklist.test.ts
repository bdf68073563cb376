import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checklist, requirement, versions } from './checklist.ts';
import { DESCRIPTION_PINS } from './description-pins.ts';
import { CATEGORIES, REQUIREMENTS } from './requirement-facts.ts';

describe('checklists', () => {
  it('are five, with the published counts of MUST and SHOULD', () => {
    const counts = versions.map((version) => {
      const levels = checklist(version).requirements.map((one) => one.level);
      return [version, levels.filter((level) => level === 'MUST').length, levels.length];
    });
    expect(counts).toEqual([
      ['1.33', 8, 9],
      ['1.34', 9, 9],
      ['1.35', 9, 12],
      ['1.36', 8, 14],
      ['1.37', 8, 15],
    ]);
  });

  it('give an order from 1 that never jumps back to an earlier category', () => {
    for (const version of versions) {
      const { requirements } = checklist(version);
      expect(requirements.map((one) => one.order)).toEqual(requirements.map((_, index) => index + 1));
      const places = requirements.map((one) => CATEGORIES.indexOf(one.category));
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
  });

  it('know that the level of dra_support went from SHOULD to MUST and that 1.36 dropped it', () => {
    const levels = versions.map((version) => requirement(version, 'dra_support')?.level);
    expect(levels).toEqual(['SHOULD', 'MUST', 'MUST', undefined, undefined]);
  });

  it('pin another text of accelerator_metrics from 1.37 on', () => {
    const pins = versions.map((version) => requirement(version, 'accelerator_metrics')?.description.sha256);
    expect(new Set(pins.slice(0, 4)).size).toBe(1);
    expect(pins[4]).not.toBe(pins[3]);
  });

  it('answer undefined for what they do not know', () => {
    expect(checklist('1.32')).toBeUndefined();
    expect(checklist('toString')).toBeUndefined();
    expect(requirement('1.36', 'constructor')).toBeUndefined();
    expect(requirement('9.9', 'gang_scheduling')).toBeUndefined();
  });

  it('have well-formed, distinct pins and proposal numbers', () => {
    const hashes = DESCRIPTION_PINS.map(([, , , sha256]) => sha256);
    expect(new Set(hashes).size).toBe(hashes.length);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const numbers = Object.values(REQUIREMENTS).flatMap((one) => one.kar ?? []);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const kar of numbers) expect(kar).toMatch(/^00[0-9]{2}$/);
  });
});

const published = resolve(import.meta.dirname, '../../../shared/program/checklist-facts.json');

describe.runIf(existsSync(published))('checklists against the published facts', () => {
  interface Published {
    versions: Record<
      string,
      {
        file: string;
        bytes: number;
        sha256: string;
        metadataKeys: string[];
        categories: string[];
        requirements: {
          id: string;
          category: string;
          level: string;
          order: number;
          descriptionLength: number;
          descriptionSha256: string;
        }[];
      }
    >;
  }

  it('are the same, field by field', () => {
    const facts = JSON.parse(readFileSync(published, 'utf8')) as Published;
    expect(Object.keys(facts.versions)).toEqual([...versions]);
    for (const [version, theirs] of Object.entries(facts.versions)) {
      const ours = checklist(version);
      const { file, bytes, sha256, metadataKeys, categories } = theirs;
      expect(ours).toMatchObject({ file, bytes, sha256, metadataKeys, categories });
      expect(
        ours?.requirements.map(({ id, category, level, order, description }) => ({
          id,
          category,
          level,
          order,
          descriptionLength: description.length,
          descriptionSha256: description.sha256,
        })),
      ).toEqual(theirs.requirements);
    }
  });
});
