import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, shell } from './run-cli.ts';

interface Meta {
  outputs: Record<string, { bytes: number; inputs: Record<string, unknown> }>;
}

/** Prints every file of dist/ that Node loads, on standard error. */
const WATCH = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { process.stderr.write('loaded ' + url + '\\n'); return next(url, context); } });`;

/** Source files inside the chunks that a call really loads. */
async function loaded(args: string): Promise<{ inputs: string[]; bytes: number; code: number | null }> {
  const hook = `data:text/javascript,${encodeURIComponent(WATCH)}`;
  const { stderr, code } = await shell(`plimsoll ${args} >/dev/null`, { env: { NODE_OPTIONS: `--import "${hook}"` } });
  const { outputs } = JSON.parse(readFileSync(resolve(ROOT, 'dist/meta.json'), 'utf8')) as Meta;
  const files = [...stderr.matchAll(/^loaded file:\/\/(.*)$/gm)].map(([, path]) => path?.slice(ROOT.length + 1) ?? '');
  const chunks = files.map((file) => outputs[file]);
  return {
    code,
    inputs: chunks.flatMap((chunk) => Object.keys(chunk?.inputs ?? {})).toSorted(),
    bytes: chunks.reduce((sum, chunk) => sum + (chunk?.bytes ?? 0), 0),
  };
}

/** Packages among the inputs, each once. */
function packages(inputs: readonly string[]): string[] {
  const names = inputs.flatMap((one) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(one)?.[1] ?? []);
  return [...new Set(names)];
}

describe('loading (docs/adr/0001)', () => {
  it.each(['--help', '--version'])('%s loads the entry and nothing else', async (flag) => {
    const { inputs, bytes } = await loaded(flag);
    expect(inputs).toEqual([
      // What a closed pipe has to undo before the program ends.
      'src/cli/at-work.ts',
      'src/cli/closed-pipe.ts',
      'src/cli/commands.ts',
      'src/cli/help.ts',
      'src/cli/plimsoll.ts',
      'src/errors.ts',
    ]);
    expect(bytes).toBeLessThan(16_000);
  });

  it('validate loads the rules, the reader and the parsers of test results, not the network or a cluster', async () => {
    const { inputs, bytes } = await loaded('validate --profile official --format json examples');
    expect(packages(inputs)).toEqual(expect.arrayContaining(['commander']));
    const allowed = new Set(['commander', 'fastest-levenshtein', 'ipaddr.js', 'xmlchars']);
    expect(packages(inputs).filter((name) => !allowed.has(name))).toEqual([]);
    expect(inputs.filter((one) => /^src\/(?:kube|runner|inventory|requirements|report)\//.test(one))).toEqual([]);
    expect(bytes).toBeLessThan(500_000);
  });

  it('requirements loads neither a YAML parser nor the rules', async () => {
    const { inputs } = await loaded('requirements');
    expect(packages(inputs)).toEqual(['commander', 'fastest-levenshtein']);
    expect(inputs.filter((one) => one.startsWith('src/submission/'))).toEqual(['src/submission/strict/suggestion.ts']);
  });
});
