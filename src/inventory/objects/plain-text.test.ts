import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFiles } from './read-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-text-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const JSON_NODES = JSON.stringify(
  {
    apiVersion: 'v1',
    kind: 'List',
    items: ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } })),
  },
  null,
  2,
);
const YAML_NODES = ['a', 'b'].map((name) => `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\n---\n`).join('');

async function read(name: string, written: string | Buffer): Promise<{ nodes: string[]; problems: string[] }> {
  const path = join(folder, name);
  await writeFile(path, written);
  const beside = join(folder, 'beside.yaml');
  await writeFile(beside, 'apiVersion: v1\nkind: Node\nmetadata: {name: beside}\n');
  const { objects, problems } = await readFiles([path, beside]);
  return {
    nodes: objects.map(({ metadata }) => metadata.name ?? '').filter((one) => one !== 'beside'),
    problems: problems.map(({ where, text }) => `${where.slice(folder.length + 1)} ${text}`),
  };
}

describe('objects in a file that is', () => {
  for (const [form, text] of [
    ['json', JSON_NODES],
    ['yaml', YAML_NODES],
  ] as const)
    it.each([
      ['compressed', gzipSync(text), '.gz'],
      ['compressed, under any name', gzipSync(text), ''],
      ['in UTF-16, as PowerShell writes it', Buffer.from(`\uFEFF${text}`, 'utf16le'), ''],
      ['in UTF-16, the other way round', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(), ''],
      ['marked as UTF-8, with carriage returns', `\uFEFF${text.replaceAll('\n', '\r\n')}`, ''],
      ['compressed, in UTF-16', gzipSync(Buffer.from(`\uFEFF${text}`, 'utf16le')), '.gz'],
    ])(`${form}, %s`, async (_how, written, ending) => {
      expect(await read(`x.${form}${ending}`, written)).toEqual({ nodes: ['a', 'b'], problems: [] });
    });

  it('compressed and cut off: what is whole is read, and the place is told', async () => {
    const { problems } = await read('cut.json.gz', gzipSync(JSON_NODES).subarray(0, 60));
    expect(problems).toEqual([expect.stringMatching(/^cut\.json\.gz it is not whole as gzip: /)]);
  });

  it('YAML in braces', async () => {
    const { nodes } = await read('x.yaml', '{apiVersion: v1, kind: Node, metadata: {name: a}}\n');
    expect(nodes).toEqual(['a']);
  });

  it('JSON with an error: it is told, whatever YAML would make of it', async () => {
    const { nodes, problems } = await read(
      'x.json',
      '{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a",}}',
    );
    expect([nodes, problems]).toEqual([[], [expect.stringMatching(/^x\.json:1 no JSON: /)]]);
  });

  it('a stream of watch events: the last one of each object counts', async () => {
    const event = (type: string, uid: string) =>
      JSON.stringify({ type, object: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a', uid } } });
    const path = join(folder, 'watch.json');
    await writeFile(path, `${event('ADDED', '1')}\n${event('MODIFIED', '2')}\n`);
    expect((await readFiles([path])).objects.map(({ metadata }) => metadata.uid)).toEqual(['2']);
  });
});
