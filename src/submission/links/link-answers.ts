import type { Finding } from '../finding.ts';
import { linksOf } from '../links-of.ts';
import type { LinkAnswer, RuleContext } from '../rule.ts';
import { facts, strictRule } from '../strict/strict-rule.ts';
import type { Submission } from '../submission.ts';

const moved = facts({
  id: 'link-moved',
  severity: 'info',
  reason: 'A link redirects for good to another address.',
  remedy: 'Write the new address; the old one may stop to redirect.',
  source: 'terms 5.2 (evidence stays accessible)',
});
const unverifiable = facts({
  id: 'link-unverifiable',
  severity: 'warning',
  reason: 'A link answers, but not with the page: a log-in, the front page of the site, or a wall against robots.',
  remedy:
    'Open it in a private window. If the page is not there for everybody, put its content into the product folder.',
  source: 'instructions: evidence is publicly reachable; terms 5.2 (inaccessible evidence)',
});

/** What links answered (`--online`) beyond what the official validator objects to. */
export const linkAnswers = strictRule([moved, unverifiable], function* (submission, { links }) {
  for (const use of linksOf(submission)) {
    const answer = links?.get(use.url);
    if (answer?.class === 'moved') yield moved.at(use, use.subject, `${use.url}: ${answer.detail}`);
    if (answer?.class === 'unverifiable' && isAcceptedOfficially(answer)) {
      yield unverifiable.at(use, use.subject, `${use.url}: ${answer.detail}`);
    }
  }
});

/** The official validator takes every status below 400 for a page. */
function isAcceptedOfficially({ status }: LinkAnswer): boolean {
  return status !== undefined && status < 400;
}

/**
 * An official finding about a dead link as a reviewer would put it: what could not be verified (a limit, a wall, a
 * failing server) is a warning, since the page may well be there. Undefined when the link is really dead.
 */
export function reviewedLink(finding: Finding, submission: Submission, { links }: RuleContext): Finding | undefined {
  const { line, column, subject } = finding;
  const use = linksOf(submission).find((one) => one.line === line && one.column === column && one.subject === subject);
  if (use === undefined || links?.get(use.url)?.class !== 'unverifiable') return undefined;
  return {
    ...finding,
    severity: 'warning',
    message: `${finding.message} The page may be there all the same; the official validator refuses the file if it gets this answer, too.`,
    remedy: unverifiable.remedy,
  };
}
