import { afterAll, describe, expect, it } from 'vitest';
import { linksOf } from '../links-of.ts';
import type { LinkAnswer } from '../rule.ts';
import { contextOf, SyntheticCheckout } from '../strict/synthetic-checkout.ts';
import { linkAnswers, reviewedLink } from './link-answers.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const submission = checkout.submission({
  edit: (document) => {
    document.metadata['websiteUrl'] = 'https://meerstern.test/';
  },
});
const use = linksOf(submission).find((one) => one.subject === 'websiteUrl');

function context(answer: LinkAnswer) {
  return contextOf([submission], { links: new Map([['https://meerstern.test/', answer]]) });
}

function heard(answer: LinkAnswer): string[] {
  const { findings } = linkAnswers.check(submission, context(answer));
  return findings.map((one) => `${one.severity} ${one.rule} ${one.subject} ${one.message}`);
}

describe('linkAnswers', () => {
  it('tells of a link that moved', () => {
    expect(heard({ class: 'moved', status: 200, asked: true, detail: 'It moved.' })).toEqual([
      'info link-moved websiteUrl https://meerstern.test/: It moved.',
    ]);
  });

  it('warns of a log-in page that the official validator would take for a page', () => {
    expect(heard({ class: 'unverifiable', status: 200, asked: true, detail: 'It leads to a page to log in.' })).toEqual(
      ['warning link-unverifiable websiteUrl https://meerstern.test/: It leads to a page to log in.'],
    );
  });

  it.each<LinkAnswer>([
    { class: 'ok', status: 200, asked: true, detail: '' },
    { class: 'dead', status: 404, asked: true, detail: '' },
    { class: 'unverifiable', status: 403, asked: true, detail: '' },
    { class: 'unverifiable', status: undefined, asked: true, detail: '' },
  ])('leaves %j to the official rules', (answer) => {
    expect(heard(answer)).toEqual([]);
  });

  it('is silent when nothing was asked', () => {
    expect(linkAnswers.check(submission, contextOf([submission])).findings).toEqual([]);
  });
});

describe('reviewedLink', () => {
  const finding = {
    rule: 'metadata-url-dead',
    severity: 'error',
    subject: 'websiteUrl',
    message: 'It answered 403.',
    remedy: 'Correct the link.',
    line: use?.line ?? 0,
    column: use?.column ?? 0,
  } as const;

  it('makes a warning of what could not be verified', () => {
    const answer = context({ class: 'unverifiable', status: 403, asked: true, detail: '' });
    expect(reviewedLink(finding, submission, answer)).toMatchObject({
      rule: 'metadata-url-dead',
      severity: 'warning',
      message: expect.stringMatching(/^It answered 403\. The page may be there/),
    });
  });

  it('leaves a dead link dead', () => {
    expect(
      reviewedLink(finding, submission, context({ class: 'dead', status: 404, asked: true, detail: '' })),
    ).toBeUndefined();
    expect(
      reviewedLink(
        { ...finding, line: 1 },
        submission,
        context({ class: 'unverifiable', status: 403, asked: true, detail: '' }),
      ),
    ).toBeUndefined();
  });
});
