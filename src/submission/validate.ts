import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findSubmissions } from './find-submissions.ts';
import { judge } from './judge.ts';
import { linksOf } from './links-of.ts';
import type { JudgedSubmission } from './output/validation-report.ts';
import { readSubmission } from './read/read-submission.ts';
import type { LinkAnswer, Profile, RuleContext } from './rule.ts';
import type { Submission } from './submission.ts';

/** How submissions are judged. Whatever is left out is not looked at, and each judgement says so (`notChecked`). */
export interface ValidateOptions {
  readonly profile: Profile;
  /** A file with the names of the CNCF members, one a line, or landscape.yml. */
  readonly members?: string;
  /** A checkout of the programme with the official checklists; default: the one that the first submission lies in, if it has them. */
  readonly program?: string;
  /** Ask the links of the submissions; without it the network is not used. */
  readonly online?: {
    readonly userAgent: string;
    /** Called after each answer, the last one included. */
    readonly onProgress?: (done: number, total: number) => void;
  };
}

/**
 * Judges submissions: each path is a PRODUCT.yaml, a product folder or a checkout. They come back sorted by path, each with its findings
 * in the order of the file and with its text. Files are only read.
 * @throws PlimsollError when a path has no submission, or the members or the checklist cannot be read; never for what a submission says
 */
export async function validate(
  paths: readonly string[],
  options: ValidateOptions,
): Promise<readonly JudgedSubmission[]> {
  const found = findSubmissions(paths);
  // git looks through the history while the files are read: it is started before, and waited for after.
  const merged = options.profile === 'strict' ? await startMergeDates(found.map((one) => one.root)) : undefined;
  const submissions = found.map(({ file, root }) => readSubmission(file, root));
  const context: RuleContext = {
    profile: options.profile,
    siblings: submissions,
    ...(merged === undefined ? {} : { now: new Date(), merged: await merged.dates }),
    ...(options.members === undefined ? {} : { members: await membersOf(options.members) }),
    ...(options.online === undefined ? {} : { links: await answersOf(submissions, options.online) }),
  };
  const stale = await staleChecklists(submissions, options.program);
  return judge(submissions, context).map((judgement, index) => {
    const submission = submissions[index];
    const note = stale.get(submission?.version ?? '');
    const notChecked = note === undefined ? judgement.notChecked : [...judgement.notChecked, note];
    return { ...judgement, notChecked, text: submission?.text ?? '' };
  });
}

async function membersOf(file: string): Promise<ReadonlySet<string>> {
  const { readMembers } = await import('./members-file.ts');
  return readMembers(file);
}

/** When each submission came to the main branch, as far as the history of its checkout tells. `dates` never rejects. */
async function startMergeDates(roots: readonly string[]): Promise<{ dates: Promise<ReadonlyMap<string, Date>> }> {
  const { mergeDates } = await import('./strict/merge-dates.ts');
  const histories = Promise.all([...new Set(roots)].map(mergeDates));
  return { dates: histories.then((all) => new Map(all.flatMap((history) => [...history]))) };
}

/** Asks every link once. */
async function answersOf(
  submissions: readonly Submission[],
  online: NonNullable<ValidateOptions['online']>,
): Promise<ReadonlyMap<string, LinkAnswer>> {
  const { askLinks } = await import('./links/ask-links.ts');
  const { defaultCacheFolder } = await import('./links/answer-cache.ts');
  const urls = new Set(submissions.flatMap(linksOf).map((use) => use.url));
  return askLinks(urls, { cacheFolder: defaultCacheFolder(), ...online });
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
