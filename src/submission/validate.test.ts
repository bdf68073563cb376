import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validate } from './validate.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples');
const said = (rules: readonly { readonly rule: string }[]): string[] => rules.map(({ rule }) => rule);

describe('validate', () => {
  it('judges every submission below a path, sorted by path, with its text', async () => {
    const judged = await validate([EXAMPLES], { profile: 'official' });
    expect(judged.map(({ path, ok }) => [path, ok])).toEqual([
      ['v1.37/flawed/PRODUCT.yaml', false],
      ['v1.37/sound/PRODUCT.yaml', true],
    ]);
    expect(judged[1]?.text).toContain('vendorName');
  });

  it('says what was not looked at, and looks at it when it is told how', async () => {
    const sound = join(EXAMPLES, 'v1.37/sound');
    const [without] = await validate([sound], { profile: 'official' });
    expect(without?.notChecked.join('\n')).toMatch(/members/);
    const members = join(await mkdtemp(join(tmpdir(), 'plimsoll-members-')), 'members.txt');
    writeFileSync(members, 'Somebody Else Ltd\n');
    const [given] = await validate([sound], { profile: 'official', members });
    expect(given?.notChecked.join('\n')).not.toMatch(/--members/);
    expect(said(given?.findings ?? [])).not.toEqual(said(without?.findings ?? []));
  });

  it('throws for a path without a submission and for members that cannot be read', async () => {
    await expect(validate([join(EXAMPLES, 'nowhere')], { profile: 'strict' })).rejects.toMatchObject({ exitCode: 3 });
    const gone = { profile: 'official', members: '/nowhere/members.txt' } as const;
    await expect(validate([EXAMPLES], gone)).rejects.toMatchObject({ code: 'members-not-read' });
  });
});
