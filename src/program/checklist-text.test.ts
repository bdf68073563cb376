import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checklist, versions } from './checklist.ts';
import { findProgram, readChecklistFile } from './checklist-file.ts';
import { readChecklistText } from './checklist-text.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'plimsoll-program-'));
  mkdirSync(join(root, 'docs'));
  mkdirSync(join(root, 'v1.36/acme'), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true }));

/** A checklist in the official shape, with sentences of ours. */
function write(version: string, change: (text: string) => string = (text) => text): void {
  const { requirements, categories } = checklist('1.36');
  const spec = categories.flatMap((category) => [
    `  ${category}:`,
    ...requirements
      .filter((one) => one.category === category)
      .map((one) => `    - {id: ${one.id}, level: ${one.level}, description: ours}`),
  ]);
  const text = change(['metadata: {}', 'spec:', ...spec, ''].join('\n'));
  writeFileSync(join(root, `docs/AIConformance-${version}.yaml`), text);
}

describe('readChecklistText', () => {
  it('says of each description that it is not the pinned one, and gives it all the same', () => {
    write('1.36');
    const { descriptions, differences, file } = readChecklistText(root, '1.36');
    expect(file).toBe(join(root, 'docs/AIConformance-1.36.yaml'));
    expect(descriptions.get('gang_scheduling')).toBe('ours');
    expect(differences).toHaveLength(14);
    expect(differences[0]).toBe('driver_runtime_management has another description');
    expect(readChecklistFile(root, '1.36').pinned).toBe(false);
  });

  it('says what is missing, new, moved or of another level', () => {
    write('1.36', (text) =>
      text
        .replace('id: gpu_sharing, level: SHOULD', 'id: gpu_sharing, level: MUST')
        .replace('id: gang_scheduling', 'id: gang_sched'),
    );
    const { differences } = readChecklistText(root, '1.36');
    expect(differences).toContain('gang_scheduling is missing');
    expect(differences).toContain('gang_sched is not known to this version of plimsoll');
    expect(differences).toContain('gpu_sharing has level MUST, pinned is SHOULD');
  });

  it.each([
    ['no YAML', 'a: [', /not valid YAML/],
    ['no spec', 'a: 1', /no `spec`/],
    ['a category that is no list', 'spec: {security: 1}', /`spec.security` is not a list/],
    ['an item that is no mapping', 'spec: {security: [1]}', /item that is not a mapping/],
  ])('refuses %s', (_, text, message) => {
    write('1.36', () => text);
    expect(() => readChecklistText(root, '1.36')).toThrow(message);
  });

  it('refuses a folder without the file, with a remedy', () => {
    expect(() => readChecklistText(root, '1.33')).toThrow(
      expect.objectContaining({ code: 'checklist-not-found', remedy: expect.stringContaining('--program') }),
    );
  });
});

describe('findProgram', () => {
  it('walks up to the folder with an official checklist', () => {
    write('1.36');
    expect(findProgram(join(root, 'v1.36/acme/PRODUCT.yaml'))).toBe(root);
    expect(findProgram(root)).toBe(root);
  });

  it('finds nothing at the top', () => {
    expect(findProgram('/')).toBeUndefined();
  });
});

const published = resolve(import.meta.dirname, '../../../shared/program');

describe.runIf(existsSync(published))('the published checklists', () => {
  it.each(versions)('%s is the pinned file', (version) => {
    const { differences, descriptions } = readChecklistText(published, version);
    expect(differences).toEqual([]);
    expect(readChecklistFile(published, version).pinned).toBe(true);
    expect(descriptions.size).toBe(checklist(version).requirements.length);
    for (const one of checklist(version).requirements) {
      expect(descriptions.get(one.id)).toHaveLength(one.description.length);
      // The promise of DescriptionPin: nothing to squeeze, so a squeezed text can be compared with the same hash.
      expect(descriptions.get(one.id)).toBe(descriptions.get(one.id)?.trim().replace(/\s+/g, ' '));
    }
  });
});
