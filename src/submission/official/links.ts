import type { Finding, Position } from '../finding.ts';
import type { RuleContext } from '../rule.ts';
import type { Gaps } from './gaps.ts';
import { speak } from './speak.ts';

/**
 * A link that the official validator fetches: HEAD, then GET; no answer, or a status from 400 on, is an error. What we
 * would not ask (it asks any address) is said as not checked.
 */
export function* checkLink(
  rule: 'k8s-conformance-url-dead' | 'metadata-url-dead' | 'evidence-url-dead',
  place: Position,
  url: string,
  subject: string,
  { links }: RuleContext,
  gaps: Gaps,
): Generator<Finding> {
  const answer = links?.get(url);
  if (!answer) {
    gaps.linkNotAsked();
  } else if (!answer.asked) {
    gaps.say(`${url}: ${answer.detail}`);
  } else if (answer.class === 'dead' || answer.status === undefined || answer.status >= 400) {
    yield speak(rule, place, subject, `The link of ${subject} cannot be opened: ${url} ${answer.detail}`);
  }
}
