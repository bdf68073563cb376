import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { raiseInotifyLimit } from './inotify-limit.ts';

describe('the limit of inotify instances', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'inotify-')), 'max_user_instances');
  const raised = (limit: number, nodes: number, of = file): { limit: string; said: readonly string[] } => {
    writeFileSync(file, `${limit}\n`);
    const said: string[] = [];
    raiseInotifyLimit(nodes, { note: (text) => said.push(text) }, of);
    return { limit: readFileSync(file, 'utf8').trim(), said };
  };

  it('is left alone where it is enough', () => {
    expect(raised(128, 4)).toEqual({ limit: '128', said: [] });
    expect(raised(1024, 500)).toEqual({ limit: '1024', said: [] });
  });

  it('is raised for many nodes, and that is said', () => {
    expect(raised(128, 22)).toEqual({
      limit: '1024',
      said: [expect.stringContaining('raised from 128 to 1024, for 22 nodes')],
    });
  });

  it('that cannot be raised ends nothing', () => {
    // A file that root cannot write to either.
    const readOnly = '/proc/sys/kernel/ostype';
    const { said } = raised(128, 22, readOnly);
    expect(said).toEqual([expect.stringContaining('could not be raised')]);
  });
});
