import type { Finding } from '../finding.ts';
import type { Located, Submission } from '../submission.ts';
import { evidenceItems, type WebEvidence } from './evidence-item.ts';
import { facts, strictRule } from './strict-rule.ts';
import { isPinned } from './web-address.ts';

const branch = facts({
  id: 'evidence-branch-link',
  severity: 'info',
  reason: 'Evidence points at a branch on GitHub, so what it shows may change after the review.',
  remedy: 'On GitHub press "y" on the page: the address then names the commit.',
  source: 'terms 5.2 (evidence stays accurate)',
});
const moving = facts({
  id: 'evidence-moving-docs',
  severity: 'info',
  reason: 'Evidence points at documentation of "latest", "next" or "head", which changes with each release.',
  remedy: 'Link to the documentation of the version that is submitted.',
  source: 'terms 5.2 (evidence stays accurate)',
});
const textFragment = facts({
  id: 'evidence-text-fragment',
  severity: 'info',
  reason:
    'Evidence points at a sentence by a text fragment (#:~:text=), which breaks silently when the page is edited.',
  remedy: 'Link to a heading of the page.',
  source: 'nobody verifies the fragment',
});
const fork = facts({
  id: 'evidence-fork-branch',
  severity: 'warning',
  reason: 'Evidence lies on a branch of a personal fork, which disappears with the pull request.',
  remedy: 'Name the file in the product folder by its relative path.',
  source: 'terms 5.2 (inaccessible evidence)',
});
const gist = facts({
  id: 'evidence-gist',
  severity: 'warning',
  reason: 'Evidence is a gist: it belongs to one person, who can edit or delete it.',
  remedy: 'Put the text into the product folder.',
  source: 'terms 5.2 (inaccessible evidence)',
});

/** Evidence that can change or vanish, by the form of its address. */
export const movingLinks = strictRule([branch, moving, textFragment, fork, gist], function* (submission) {
  yield* together(submission, branch, isBranchLink, 'point at a branch on GitHub');
  yield* together(submission, moving, isMovingDocs, 'point at documentation that moves with each release');
  yield* together(
    submission,
    textFragment,
    ({ url }) => url?.hash.startsWith('#:~:text=') === true,
    'are text fragments',
  );
  for (const item of evidenceItems(submission).web) {
    const problem = isForkBranch(item);
    if (problem)
      yield fork.at(item, item.subject, `Evidence of ${item.subject} lies on ${problem}: ${item.value.trim()}`);
    if (item.url && isGist(item.url)) {
      yield gist.at(item, item.subject, `Evidence of ${item.subject} is a gist: ${item.value.trim()}`);
    }
  }
});

/** One finding for all items of a kind, at the first, with the lines of the others. */
function* together(
  submission: Submission,
  rule: typeof branch,
  matches: (item: WebEvidence) => boolean,
  what: string,
): Generator<Finding> {
  const found = evidenceItems(submission).web.filter(matches);
  const [first, ...others] = found;
  if (!first) return;
  const count = others.length === 0 ? '1 evidence link' : `${found.length} evidence links`;
  const verb =
    others.length === 0
      ? what
          .replace(/^point/, 'points')
          .replace(/^are/, 'is')
          .replace(/s$/, '')
      : what;
  yield rule.at(first, first.subject, `${count} ${verb}${linesOf(others)}.`);
}

function linesOf(others: readonly Located<string>[]): string {
  if (others.length === 0) return '';
  const lines = [...new Set(others.map((item) => item.line))];
  const shown = lines.slice(0, 10).join(', ');
  return ` (also line${lines.length === 1 ? '' : 's'} ${shown}${lines.length > 10 ? ', ...' : ''})`;
}

function isBranchLink({ gitHub }: WebEvidence): boolean {
  return gitHub?.ref !== undefined && !isPinned(gitHub.ref);
}

const MOVING = /\/(?:latest|next|head|master|main|stable|edge|nightly|dev|devel|current)(?:\/|$)/i;

function isMovingDocs({ url, gitHub }: WebEvidence): boolean {
  return url !== undefined && gitHub === undefined && MOVING.test(url.pathname);
}

/** What is personal or passing about a GitHub address, by its form alone. */
function isForkBranch({ gitHub: address }: WebEvidence): string | undefined {
  if (!address || address.view === 'other') return undefined;
  const { owner, repo = '', ref = '' } = address;
  if (/^patch-\d+$/.test(ref)) return `the passing branch ${ref} of ${owner}/${repo}`;
  const isProgramme = /^(?:k8s-)?ai-conformance$/i.test(repo);
  const isFork = isProgramme && !['cncf', 'kubernetes-sigs', 'kubernetes'].includes(owner.toLowerCase());
  return isFork && /^v\d+\.\d+\//.test(address.path) ? `a fork of the programme, ${owner}/${repo}` : undefined;
}

function isGist(url: URL): boolean {
  return /^gist\.(?:github|githubusercontent)\.com$/i.test(url.hostname);
}
