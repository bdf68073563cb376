import { describe, expect, it } from 'vitest';
import { plimsoll, shell } from './run-cli.ts';

describe('plimsoll', () => {
  it('shows its commands', async () => {
    const { code, stdout, stderr } = await plimsoll(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Plimsoll proves by behaviour/);
    for (const name of ['validate', 'explain', 'requirements'])
      expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  it('says its version', async () => {
    expect(await plimsoll(['--version'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });

  it('shows the same page without a command, and ends with 3', async () => {
    const { stdout } = await plimsoll(['--help']);
    expect(await plimsoll([])).toEqual({ code: 3, stdout, stderr: '' });
  });

  it.each([
    [['validat'], "error: unknown command 'validat'\n(Did you mean validate?)\n(plimsoll --help lists the commands)\n"],
    [['validate'], "error: missing required argument 'path'\n"],
    [['validate', '.', '--profil', 'x'], "error: unknown option '--profil'\n(Did you mean --profile?)\n"],
    [['explain', 'a', 'b'], "error: too many arguments for 'explain'. Expected 1 argument but got 2: a, b.\n"],
  ])('%j is a usage error', async (args, message) => {
    const { code, stdout, stderr } = await plimsoll(args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(message);
  });

  it.each(['validate', 'explain', 'requirements'])('%s --help is a page for this command', async (name) => {
    const { code, stdout, stderr } = await plimsoll([name, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
  });

  it('works through a link to the launcher, from anywhere', async () => {
    const line =
      'd=$(mktemp -d) && ln -s "$PWD/plimsoll" "$d/p" && cd / && "$d/p" --version; c=$?; rm -r "$d"; exit $c';
    expect(await shell(line)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d/) });
  });
});

describe('output', () => {
  it('that nobody reads to the end is no error', async () => {
    for (const command of ['--help', 'explain', 'requirements']) {
      const { code, stderr } = await shell(`plimsoll ${command} | true`);
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' });
    }
  });

  it('keeps the verdict when the reader leaves early', async () => {
    const { code, stderr } = await shell('plimsoll validate --profile official examples | head -c 1 >/dev/null');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  it('that cannot be written is said, and ends with 70', async () => {
    const { code, stderr } = await shell('plimsoll explain >/dev/full');
    expect(code).toBe(70);
    expect(stderr).toMatch(/^error the output could not be written: .*ENOSPC.* \[output-not-written\]\n$/);
  });

  it('has colour on a terminal only', async () => {
    const piped = await plimsoll(['validate', '--profile', 'official', 'examples']);
    expect(piped.stdout).not.toContain('\u001b[');
    // Node takes a terminal under CI for one without colours: what is tested here is a person's terminal.
    const terminal = await shell(
      `env -u CI TERM=xterm-256color script -qec '"$PWD/plimsoll" validate --profile official examples' /dev/null`,
    );
    expect(terminal.stdout).toContain('\u001b[31m');
    const quiet = await shell(
      `env -u CI TERM=xterm-256color NO_COLOR=1 script -qec '"$PWD/plimsoll" validate --profile official examples' /dev/null`,
    );
    expect(quiet.stdout).not.toContain('\u001b[31m');
  });
});

describe('explain', () => {
  it('lists every rule, and explains each', async () => {
    const { rules } = JSON.parse((await plimsoll(['explain', '--format', 'json'])).stdout) as {
      rules: { id: string }[];
    };
    expect(rules.length).toBeGreaterThan(33);
    const { stdout } = await plimsoll(['explain']);
    for (const { id } of rules) expect(stdout).toMatch(new RegExp(`  ${id} `));
    expect((await plimsoll(['explain', 'status-invalid'])).stdout).toMatchInlineSnapshot(`
      "status-invalid
        reason    The status is none of Implemented, Not Implemented, Partially Implemented, N/A.
        remedy    Write one of the four; only a SHOULD without evidence may stay blank.
        severity  error
        profiles  strict, official, official-2026-08
        source    official validator, every version
      "
    `);
  });

  it('suggests the rule that was meant', async () => {
    expect(await plimsoll(['explain', 'statu-invalid'])).toEqual({
      code: 3,
      stdout: '',
      stderr:
        'error There is no rule "statu-invalid". Did you mean status-invalid? [unknown-rule]\n  `plimsoll explain` lists all rules.\n',
    });
  });
});

describe('requirements', () => {
  it('prints a table', async () => {
    expect((await plimsoll(['requirements', '--for', 'v1.36'])).stdout).toMatchSnapshot();
  });

  it('prints what changed', async () => {
    expect((await plimsoll(['requirements', '--diff', '1.35', '1.36'])).stdout).toMatchInlineSnapshot(`
      "Checklist 1.35 to 1.36
        added    SHOULD  advanced_inference_ingress   Gateway API Inference Extension
        added    SHOULD  high_performance_networking  Fast pod networks as schedulable resources
        added    SHOULD  disaggregated_inference      Prefill and decode run separately
        removed  MUST    dra_support                  Dynamic Resource Allocation API
        removed  k8sConformanceUrl from the metadata of the template
      "
    `);
    expect((await plimsoll(['requirements', '--diff', '1.34', '1.34'])).stdout).toMatch(/nothing but the version/);
  });

  it('prints JSON', async () => {
    const { stdout } = await plimsoll(['requirements', '--for', '1.33', '--format', 'json']);
    const list = JSON.parse(stdout) as { version: string; requirements: Record<string, unknown>[] };
    expect(list.version).toBe('1.33');
    expect(list.requirements).toHaveLength(9);
    expect(list.requirements[2]).toMatchObject({
      id: 'gang_scheduling',
      category: 'schedulingOrchestration',
      level: 'MUST',
      order: 3,
      kar: 'KAR-0053',
      condition: null,
      automatedTest: 'TestGangScheduling',
    });
    const diff = await plimsoll(['requirements', '--diff', '1.36', '1.37', '--format', 'json']);
    expect(JSON.parse(diff.stdout)).toEqual({
      from: '1.36',
      to: '1.37',
      added: [{ id: 'workload_sandboxing', category: 'security', level: 'SHOULD' }],
      removed: [],
      levelChanged: [],
      textChanged: ['accelerator_metrics'],
      metadataKeysAdded: [],
      metadataKeysRemoved: [],
    });
  });

  it.each([
    [['--for', '1.3'], /--for cannot be "1\.3"\. Did you mean 1\.33\? \[unknown-value\]/],
    [['--diff', '1.36'], /--diff takes two versions, not 1\. \[two-versions-wanted\]/],
    [['--program', '/'], /\[checklist-not-found\]/],
    [['--format', 'yaml'], /--format cannot be "yaml"\. \[unknown-value\]/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await plimsoll(['requirements', ...args]);
    expect(code).toBe(3);
    expect(stderr).toMatch(message);
  });
});
