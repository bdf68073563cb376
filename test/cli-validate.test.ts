import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AjvDraft04 from 'ajv-draft-04';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plimsoll, ROOT, shell } from './run-cli.ts';

interface Printed {
  profile: string;
  submissions: {
    path: string;
    ok: boolean;
    notChecked: string[];
    findings: Record<'rule' | 'severity' | 'subject' | 'message' | 'remedy', string>[];
  }[];
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-cli-'));
  cpSync(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

const official = ['validate', '--profile', 'official'];

async function json(args: readonly string[]): Promise<Printed> {
  return JSON.parse((await plimsoll([...args, '--format', 'json'], { cwd: folder })).stdout) as Printed;
}

describe('plimsoll validate', () => {
  it('prints for people', async () => {
    const { code, stdout, stderr } = await plimsoll([...official, 'examples'], {
      cwd: folder,
      env: { COLUMNS: '100' },
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatchSnapshot();
  });

  it('takes a file, a product folder, a version folder and a checkout alike', async () => {
    const paths = ['examples/v1.37/sound/PRODUCT.yaml', 'examples/v1.37/sound', 'examples/v1.37', 'examples'];
    const found = await Promise.all(paths.map((path) => json([...official, path])));
    expect(found.map(({ submissions }) => submissions.map((one) => one.path))).toEqual([
      ['v1.37/sound/PRODUCT.yaml'],
      ['v1.37/sound/PRODUCT.yaml'],
      ['v1.37/flawed/PRODUCT.yaml', 'v1.37/sound/PRODUCT.yaml'],
      ['v1.37/flawed/PRODUCT.yaml', 'v1.37/sound/PRODUCT.yaml'],
    ]);
    expect(await json([...official, ...paths])).toEqual(found[3]);
  });

  it('ends with 0 when there is no error', async () => {
    expect((await plimsoll([...official, 'examples/v1.37/sound'], { cwd: folder })).code).toBe(0);
  });

  it('says what it did not look at', async () => {
    const { submissions } = await json([...official, 'examples/v1.37/sound']);
    const said = submissions[0]?.notChecked.join('\n');
    expect(said).toMatch(/--online/);
    expect(said).toMatch(/--members/);
  });

  it('judges the vendor by a list of members', async () => {
    const members = join(folder, 'members.txt');
    writeFileSync(members, 'Somebody Else\n');
    const args = [...official, 'examples/v1.37/sound', '--members', members];
    expect((await json(args)).submissions[0]?.findings.map((one) => [one.rule, one.subject])).toContainEqual([
      'vendor-not-cncf-member',
      'vendorName',
    ]);
    writeFileSync(members, 'Tidewater Example\n');
    const { submissions } = await json(args);
    expect(submissions[0]).toMatchObject({ ok: true });
    expect(submissions[0]?.notChecked.join('\n')).not.toMatch(/--members/);
  });

  it.each(['text', 'json', 'sarif', 'github'])('prints the same %s twice', async (format) => {
    const args = ['validate', 'examples', '--format', format];
    const [first, second] = await Promise.all([plimsoll(args, { cwd: folder }), plimsoll(args, { cwd: folder })]);
    expect(first.stdout).not.toBe('');
    expect(first).toEqual(second);
  });

  it('writes SARIF that is valid against its schema', async () => {
    const file = join(folder, 'out.sarif');
    const { code, stdout } = await plimsoll(['validate', 'examples', '--format', 'sarif', '--output', file], {
      cwd: folder,
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const require = createRequire(import.meta.url);
    const ajv = new AjvDraft04.default({ strict: false, unicodeRegExp: false });
    formats.default(ajv);
    const valid = ajv.compile(require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object);
    const log = JSON.parse(readFileSync(file, 'utf8')) as {
      runs: { results: unknown[]; tool: { driver: { rules: object[] } } }[];
    };
    expect(valid(log) ? [] : valid.errors).toEqual([]);
    const findings = (await json(['validate', 'examples'])).submissions.flatMap((one) => one.findings);
    expect(log.runs[0]?.results).toHaveLength(findings.length);
    // Each rule that spoke is explained in the log itself.
    for (const rule of log.runs[0]?.tool.driver.rules ?? []) expect(rule).toHaveProperty('shortDescription');
  });

  it('prints annotations for GitHub', async () => {
    const { code, stdout } = await plimsoll([...official, 'examples', '--format', 'github'], { cwd: folder });
    expect(code).toBe(1);
    expect(stdout).toMatchSnapshot();
  });

  it('gives the whole output to a slow reader', async () => {
    const many = join(folder, 'many/v1.37');
    for (let index = 0; index < 60; index += 1)
      cpSync(join(folder, 'examples/v1.37/flawed'), join(many, `p${index}`), { recursive: true });
    const { code, stdout } = await shell(`plimsoll validate ${many} --format json | (sleep 0.5; cat)`);
    expect(code).toBe(1);
    expect(stdout.length).toBeGreaterThan(200_000);
    expect((JSON.parse(stdout) as Printed).submissions).toHaveLength(60);
  });

  it.each([
    [['validate', 'nowhere'], /nowhere does not exist\. \[path-not-found\]\n {2}Name a PRODUCT\.yaml/],
    [['validate', '.'], /\. holds no submission.*\[no-submission\]/],
    [['validate', 'examples', '--profile', 'offical'], /Did you mean official\? \[unknown-value\]/],
    [['validate', 'examples', '--format', 'jsn'], /Did you mean json\? \[unknown-value\]/],
    [['validate', 'examples', '--members', 'none'], /none cannot be read.*\[members-not-read\]/],
    [['validate', 'examples', '--program', '/'], /\[checklist-not-found\]/],
    [
      ['validate', 'examples', '--output', 'no/such/folder/x'],
      /no\/such\/folder\/x cannot be written.*\[output-not-written\]/,
    ],
  ])('%j is a usage error', async (args, message) => {
    const { code, stdout, stderr } = await plimsoll(args, { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('says when the checklist of the checkout is not the one that it judges by', async () => {
    const docs = join(folder, 'examples/docs');
    mkdirSync(docs);
    writeFileSync(
      join(docs, 'AIConformance-1.37.yaml'),
      'spec: {security: [{id: new_one, level: MUST, description: x}]}\n',
    );
    const { submissions } = await json([...official, 'examples/v1.37/sound']);
    rmSync(docs, { recursive: true });
    expect(submissions[0]?.notChecked.join('\n')).toMatch(/AIConformance-1\.37\.yaml: .*new_one is not known/);
  });
});

describe('plimsoll validate --online', () => {
  it('never asks an address of this machine', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const product = join(folder, 'online/v1.37/acme');
    mkdirSync(product, { recursive: true });
    writeFileSync(join(product, 'PRODUCT.yaml'), `metadata:\n  websiteUrl: http://127.0.0.1:${port}/\nspec: {}\n`);
    const args = [...official, product, '--online', '--format', 'json'];
    const { code, stdout } = await plimsoll(args, { env: { XDG_CACHE_HOME: join(folder, 'cache') } });
    server.close();
    expect(asked).toBe(0);
    expect(code).toBe(1);
    const [submission] = (JSON.parse(stdout) as Printed).submissions;
    expect(submission?.notChecked).toContain(
      `http://127.0.0.1:${port}/: It was not asked: 127.0.0.1 is not a public address.`,
    );
    expect(submission?.notChecked.join('\n')).not.toMatch(/--online/);
  });
});
