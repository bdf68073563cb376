import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import { EXIT } from '../errors.ts';
import { countFindings, inWords, type ValidationReport } from '../submission/output/validation-report.ts';
import { PROFILES, type Profile } from '../submission/rule.ts';
import { validate } from '../submission/validate.ts';
import { choice } from './choice.ts';
import { VERSION } from './help.ts';
import { deliver, painter, paperWidth } from './output-target.ts';

const FORMATS = ['text', 'json', 'sarif', 'github'] as const;

interface Options {
  readonly profile: Profile;
  readonly format: (typeof FORMATS)[number];
  readonly members?: string;
  readonly program?: string;
  readonly online?: true;
  readonly output?: string;
}

/** `plimsoll validate`: judges submissions offline, or with --online including what their links answer. */
export function register(program: Command): void {
  program
    .command('validate')
    .summary('judge submissions')
    .description(
      'Judge submissions: a PRODUCT.yaml, a product folder, or a whole checkout (every vX.Y/NAME/PRODUCT.yaml in it).',
    )
    .argument('<path...>', 'PRODUCT.yaml, product folder or checkout')
    .addOption(choice('--profile <profile>', 'the rules to judge by', PROFILES, 'strict'))
    .option('--members <file>', 'names of the CNCF members, one a line (or landscape.yml): check vendorName')
    .option('--online', 'ask the links of the submissions')
    .option('--program <dir>', 'a checkout of k8s-ai-conformance (default: the one that the submission lies in)')
    .addOption(choice('--format <format>', 'how to print', FORMATS, 'text'))
    .option('--output <file>', 'write there instead of standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], options: Options) => {
      // A short process that makes much garbage: V8 would double its young generation again and again. Kept small, the 50
      // real submissions take 30 MB less and the same time.
      setFlagsFromString('--semi-space-growth-factor=1');
      const report = await reportOn(paths, options);
      // Set before printing: a reader that closes early does not change the verdict.
      process.exitCode = report.submissions.every((one) => one.ok) ? EXIT.ok : EXIT.failed;
      await deliver(await printed(report, options), options.output);
      if (options.output === undefined) return;
      const words = inWords(countFindings(report.submissions));
      process.stderr.write(`${words} in ${report.submissions.length} submission(s), written to ${options.output}\n`);
    });
}

const EXAMPLES = `
Profiles:
  strict            what a reviewer would object to, including all that the official validator finds
  official          what the newest official validator says, bug for bug
  official-2026-08  the same for the official validator of August 2026

Examples:
  plimsoll validate v1.36/acme
  plimsoll validate --profile official --members members.txt --format json .
  plimsoll validate --format github . (in a workflow: annotates the pull request)

Exit codes: 0 no error, 1 errors, 3 usage. \`plimsoll explain\` lists the rules.`;

async function reportOn(paths: readonly string[], options: Options): Promise<ValidationReport> {
  const live = process.stderr.isTTY;
  const submissions = await validate(paths, {
    profile: options.profile,
    ...(options.members === undefined ? {} : { members: options.members }),
    ...(options.program === undefined ? {} : { program: options.program }),
    ...(options.online
      ? {
          online: {
            userAgent: `plimsoll/${VERSION} (link check)`,
            onProgress: (done, total) => {
              if (!live) return;
              process.stderr.write(done === total ? '\r\u001b[K' : `\r${done} of ${total} links asked`);
            },
          },
        }
      : {}),
  });
  // Only SARIF prints a table of rules.
  const rules = options.format === 'sarif' ? (await import('../submission/catalogue.ts')).CATALOGUE : [];
  return { profile: options.profile, version: VERSION, submissions, rules };
}

async function printed(report: ValidationReport, { format, output }: Options): Promise<string> {
  switch (format) {
    case 'text': {
      const { textOutput } = await import('../submission/output/text.ts');
      return textOutput(report, { paint: painter(output), width: paperWidth(output) });
    }
    case 'json':
      return (await import('../submission/output/json.ts')).jsonOutput(report);
    case 'sarif':
      return (await import('../submission/output/sarif.ts')).sarifOutput(report);
    case 'github':
      return (await import('../submission/output/github.ts')).githubOutput(report);
  }
}
