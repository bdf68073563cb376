import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMembers } from './members-file.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-members-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function names(text: string): Promise<string[]> {
  const file = join(folder, 'members');
  writeFileSync(file, text);
  return [...(await readMembers(file))];
}

describe('readMembers', () => {
  it('reads one name a line', async () => {
    expect(await names('\uFEFFAcme\r\n\n# a remark\n  Turbo GmbH \n#1 Cloud\n')).toEqual([
      'Acme',
      'Turbo GmbH',
      '#1 Cloud',
    ]);
  });

  it('takes the members of a landscape, and only those', async () => {
    const landscape = `landscape:
  - category:
    name: Other
    subcategories: [{name: x, items: [{name: Nobody}]}]
  - category:
    name: CNCF Members
    subcategories:
      - subcategory:
        name: Gold
        items:
          - {item: null, name: Acme (member)}
          - {item: null, name: " Old (supporter)"}
      - subcategory:
        name: Silver
        items: [{item: null, name: Plain}]
`;
    expect(await names(landscape)).toEqual(['Acme', 'Old', 'Plain']);
  });

  it.each([
    ['', /names no member/],
    ['landscape: [', /not valid YAML/],
    ['landscape: {}', /names no member/],
  ])('refuses %j', async (text, message) => {
    await expect(names(text)).rejects.toThrow(message);
  });

  it('says which file cannot be read', async () => {
    await expect(readMembers(join(folder, 'none'))).rejects.toMatchObject({ code: 'members-not-read' });
  });
});
