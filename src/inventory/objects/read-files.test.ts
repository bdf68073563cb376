import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFiles, writeObjects } from './read-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-objects-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, written: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, written);
  return path;
}

async function names(...paths: string[]): Promise<string[]> {
  const { objects } = await readFiles(paths);
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

const node = (name: string): Record<string, unknown> => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  status: {},
});
const pod = (name: string): Record<string, unknown> => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'a', annotations: { text: 'a "quoted" {brace' } },
  spec: {
    nodeName: 'n',
    containers: [{ name: 'c', env: [{ name: 'PASSWORD', value: 'hunter2' }], resources: { limits: { 'a.b/c': '2' } } }],
  },
  status: { phase: 'Running' },
});

describe('objects are read from', () => {
  it.each([
    ['an object as JSON', JSON.stringify(node('a')), ['Node a']],
    [
      'a list as JSON',
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [node('a'), pod('p')] }, null, 1),
      ['Node a', 'Pod p'],
    ],
    [
      'a list whose elements do not say what they are',
      '{"kind":"NodeList","apiVersion":"v1","items":[{"metadata":{"name":"a"}}]}',
      ['Node a'],
    ],
    [
      'the same with the kind behind',
      '{"apiVersion":"v1","items":[{"metadata":{"name":"a"}}],"kind":"NodeList"}',
      ['Node a'],
    ],
    ['lines of JSON', `${JSON.stringify(node('a'))}\n${JSON.stringify(node('b'))}\n`, ['Node a', 'Node b']],
    ['an array', JSON.stringify([node('a'), node('b')]), ['Node a', 'Node b']],
    [
      'documents in braces between marks',
      `${JSON.stringify(node('a'))}\n---\n${JSON.stringify(node('b'), null, 2)}\n`,
      ['Node a', 'Node b'],
    ],
    [
      'documents in braces and others',
      `${JSON.stringify(node('a'))}\n---\napiVersion: v1\nkind: Node\nmetadata:\n  name: b\n`,
      ['Node a', 'Node b'],
    ],
    [
      'YAML',
      'apiVersion: v1\nkind: Node\nmetadata: {name: a}\n--- # next\nkind: Node\napiVersion: v1\nmetadata:\n  name: 1234\n',
      ['Node a', 'Node 1234'],
    ],
    [
      'a list as kubectl writes it',
      'apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: a\n    labels:\n      note: |\n        kind: Pod\n        - apiVersion\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: s\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: b\nkind: List\nmetadata:\n  resourceVersion: ""\n',
      ['Node a', 'Node b'],
    ],
    [
      'a list that is indented',
      'kind: List\napiVersion: v1\nitems:\n  - kind: Node\n    apiVersion: v1\n    metadata:\n      name: a\n',
      ['Node a'],
    ],
    [
      'a dump with logs',
      `{"kind":"NodeList","apiVersion":"v1","items":[{"metadata":{"name":"a"}}]}\n==== START logs for container c of pod a/p ====\n{"kind":"Node","apiVersion":"v1","metadata":{"name":"no"}}\n{ no JSON\n==== END logs for container c of pod a/p ====\n{"kind":"NodeList","apiVersion":"v1","items":[{"metadata":{"name":"b"}}]}\n`,
      ['Node a', 'Node b'],
    ],
  ])('%s', async (what, written, expected) => {
    const path = await file(`${what.replaceAll(/\W+/g, '-')}.yaml`, written);
    expect(await names(path)).toEqual(expected);
    expect((await readFiles([path])).problems).toEqual([]);
  });

  it('a folder of any depth, each object once', async () => {
    await file(
      'must-gather/cluster-scoped-resources/core/nodes/a.yaml',
      'apiVersion: v1\nkind: Node\nmetadata:\n  name: a\n',
    );
    await file(
      'must-gather/namespaces/x/core/pods.yaml',
      `apiVersion: v1\nkind: PodList\nitems:\n- metadata:\n    name: p\n    namespace: x\n  spec:\n    nodeName: a\n`,
    );
    await file(
      'must-gather/namespaces/x/pods/p/p.yaml',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: x\nspec:\n  nodeName: a\n',
    );
    await file('must-gather/namespaces/x/pods/p/logs/current.log', '{"kind":"Node"');
    expect(await names(join(folder, 'must-gather'))).toEqual(['Node a', 'Pod p']);
  });
});

describe('of an object is kept', () => {
  it('only what an inventory reads: no variable of a container, and nothing of a pod that holds no place', async () => {
    const done = { ...pod('done'), status: { phase: 'Succeeded' } };
    const path = await file('kept.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod('p'), done] }));
    const { objects } = await readFiles([path]);
    expect(objects).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', namespace: 'a' },
        spec: { nodeName: 'n', containers: [{ name: 'c', resources: { limits: { 'a.b/c': '2' } } }] },
        status: { phase: 'Running' },
      },
    ]);
  });

  it('the same from YAML, whose long fields are cut out unread', async () => {
    const yaml =
      'apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    annotations:\n      a: "b"\n    name: p\n    namespace: a\n  spec:\n    containers:\n    - env:\n      - name: PASSWORD\n        value: hunter2\n      name: c\n      resources:\n        limits:\n          a.b/c: "2"\n    nodeName: n\n  status:\n    phase: Running\nkind: List\n';
    const { objects } = await readFiles([await file('kept.yaml', yaml)]);
    expect(objects).toMatchObject([
      { spec: { nodeName: 'n', containers: [{ resources: { limits: { 'a.b/c': '2' } } }] } },
    ]);
    expect(JSON.stringify(objects)).not.toContain('hunter2');
  });
});

describe('what cannot be read is told with its place', () => {
  it.each([
    [
      'JSON that is cut off',
      `{"kind":"List","apiVersion":"v1","items":[\n${JSON.stringify(node('a'))},\n{"kind":"No`,
      /:3$/,
      /does not end/,
    ],
    [
      'an element that is no JSON',
      `{"kind":"List","apiVersion":"v1","items":[\n{"kind":x},\n${JSON.stringify(node('a'))}]}`,
      /:2$/,
      /no JSON/,
    ],
    [
      'an object without a name',
      `{"kind":"Node","apiVersion":"v1","metadata":{}}\n${JSON.stringify(node('a'))}`,
      /:1$/,
      /without metadata.name/,
    ],
    [
      'YAML that is none',
      'apiVersion: v1\nkind: Node\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: Node\nmetadata: {name: "b\n',
      /:\d+$/,
      /no YAML/,
    ],
  ])('%s', async (what, written, where, text) => {
    const found = await readFiles([await file(`${what.replaceAll(/\W+/g, '-')}.txt`, written)]);
    expect(found.objects.map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(found.problems).toHaveLength(1);
    expect(found.problems[0]?.where).toMatch(where);
    expect(found.problems[0]?.text).toMatch(text);
  });

  it('and nothing at all is an error', async () => {
    await expect(readFiles([join(folder, 'nowhere')])).rejects.toMatchObject({ code: 'objects-not-read' });
    await expect(readFiles([await file('empty.yaml', 'just: words\n')])).rejects.toMatchObject({
      code: 'objects-not-read',
    });
  });
});

describe('what is served', () => {
  it('is told by a line, by definitions, and by the objects that are there', async () => {
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'jobs.x.example' },
      spec: {
        group: 'x.example',
        names: { kind: 'Job' },
        versions: [
          { name: 'v1', served: true },
          { name: 'v0', served: false },
        ],
      },
    };
    const line = { kind: 'Served', kinds: ['y.example/v1/Thing', 5, 'nonsense'] };
    const path = await file('served.json', [line, definition, node('a')].map((one) => JSON.stringify(one)).join('\n'));
    expect((await readFiles([path])).served).toEqual(['y.example/v1/Thing', 'x.example/v1/Job', 'v1/Node']);
  });

  it('comes back as it was written', async () => {
    const path = await file(
      'again.json',
      JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [node('a'), pod('p')] }),
    );
    const found = {
      ...(await readFiles([path])),
      source: 'https://lab:6443',
      kubernetes: { gitVersion: 'v1.37.2', major: 1, minor: 37 },
      staleGroups: ['metrics.k8s.io'],
      notRead: [{ what: 'v1/Service', why: 'forbidden', remedy: 'allow it' }],
    };
    expect(
      await readFiles([
        await file(
          'written.jsonl',
          writeObjects(found, (value) => value),
        ),
      ]),
    ).toEqual(found);
  });
});
