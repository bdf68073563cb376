import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import { EXIT } from '../errors.ts';
import { findSubmissions } from '../submission/find-submissions.ts';
import { judge } from '../submission/judge.ts';
import { linksOf } from '../submission/links-of.ts';
import { countFindings, inWords, type ValidationReport } from '../submission/output/validation-report.ts';
import { readSubmission } from '../submission/read/read-submission.ts';
import { type LinkAnswer, PROFILES, type Profile, type RuleContext } from '../submission/rule.ts';
import type { Submission } from '../submission/submission.ts';
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
      const report = await validated(paths, options);
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

async function validated(paths: readonly string[], options: Options): Promise<ValidationReport> {
  const found = findSubmissions(paths);
  // git looks through the history while the files are read: it is started before, and waited for after.
  const merged = options.profile === 'strict' ? await startMergeDates(found.map((one) => one.root)) : undefined;
  const submissions = found.map(({ file, root }) => readSubmission(file, root));
  const context: RuleContext = {
    profile: options.profile,
    siblings: submissions,
    ...(merged === undefined ? {} : { now: new Date(), merged: await merged.dates }),
    ...(options.members === undefined ? {} : { members: await membersOf(options.members) }),
    ...(options.online ? { links: await answersOf(submissions) } : {}),
  };
  const stale = await staleChecklists(submissions, options.program);
  const judged = judge(submissions, context).map((judgement, index) => {
    const submission = submissions[index];
    const note = stale.get(submission?.version ?? '');
    const notChecked = note === undefined ? judgement.notChecked : [...judgement.notChecked, note];
    return { ...judgement, notChecked, text: submission?.text ?? '' };
  });
  // Only SARIF prints a table of rules.
  const rules = options.format === 'sarif' ? (await import('../submission/catalogue.ts')).CATALOGUE : [];
  return { profile: options.profile, version: VERSION, submissions: judged, rules };
}

async function membersOf(file: string): Promise<ReadonlySet<string>> {
  const { readMembers } = await import('./members-file.ts');
  return readMembers(file);
}

/** When each submission came to the main branch, as far as the history of its checkout tells. `dates` never rejects. */
async function startMergeDates(roots: readonly string[]): Promise<{ dates: Promise<ReadonlyMap<string, Date>> }> {
  const { mergeDates } = await import('../submission/strict/merge-dates.ts');
  const histories = Promise.all([...new Set(roots)].map(mergeDates));
  return { dates: histories.then((all) => new Map(all.flatMap((history) => [...history]))) };
}

/** Asks every link once, with a count on the terminal while it lasts. */
async function answersOf(submissions: readonly Submission[]): Promise<ReadonlyMap<string, LinkAnswer>> {
  const { askLinks } = await import('../submission/links/ask-links.ts');
  const { defaultCacheFolder } = await import('../submission/links/answer-cache.ts');
  const urls = new Set(submissions.flatMap(linksOf).map((use) => use.url));
  const live = process.stderr.isTTY;
  const answers = await askLinks(urls, {
    userAgent: `plimsoll/${VERSION} (link check)`,
    cacheFolder: defaultCacheFolder(),
    onProgress: (done, total) => {
      if (live) process.stderr.write(`\r${done} of ${total} links asked`);
    },
  });
  if (live) process.stderr.write('\r\u001b[K');
  return answers;
}

/**
 * For each version whose official checklist in the checkout is not the pinned one, a sentence that says so: judged is by
 * the pinned facts. A checkout that was only found by walking up may lack a version; one that was named may not.
 */
async function staleChecklists(
  submissions: readonly Submission[],
  named: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const { findProgram, readChecklistFile } = await import('../program/checklist-file.ts');
  const { checklist } = await import('../program/checklist.ts');
  const program = named ?? findProgram(submissions[0]?.folder ?? '.');
  const notes = new Map<string, string>();
  for (const list of new Set(submissions.map((one) => checklist(one.version ?? '')))) {
    if (program === undefined || list === undefined) continue;
    if (named === undefined && !existsSync(join(program, list.file))) continue;
    const { file, pinned } = readChecklistFile(program, list.version);
    if (pinned) continue;
    // Only now: it brings the YAML parser.
    const { readChecklistText } = await import('../program/checklist-text.ts');
    const { differences } = readChecklistText(program, list.version);
    notes.set(
      list.version,
      `${file}: judged was by the pinned checklist, from which it differs (${differences.join('; ')})`,
    );
  }
  return notes;
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
