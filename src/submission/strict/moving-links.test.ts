import { afterAll, expect, it } from 'vitest';
import { SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

function rules(url: string): readonly string[] {
  const lines = checkout.heard({ edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { evidence: [url] }) });
  return lines.map((line) => line.split(' ').slice(0, 3).join(' '));
}

const commit = '0123456789abcdef0123456789abcdef01234567';
it.each([
  ['https://github.com/meerstern/platform/blob/main/docs/sharing.md', 'info evidence-branch-link gpu_sharing'],
  ['https://github.com/meerstern/platform/tree/release-7/docs', 'info evidence-branch-link gpu_sharing'],
  [
    'https://raw.githubusercontent.com/meerstern/platform/refs/heads/main/x.md',
    'info evidence-branch-link gpu_sharing',
  ],
  ['https://docs.meerstern.cloud/latest/sharing', 'info evidence-moving-docs gpu_sharing'],
  ['https://docs.meerstern.cloud/head/sharing', 'info evidence-moving-docs gpu_sharing'],
  ['https://docs.meerstern.cloud/7.2/sharing#:~:text=time%20slicing', 'info evidence-text-fragment gpu_sharing'],
  ['https://gist.github.com/someone/0123', 'warning evidence-gist gpu_sharing'],
])('%s: %s', (url, heard) => expect(rules(url)).toEqual([heard]));

it.each([
  `https://github.com/meerstern/platform/blob/${commit}/docs/sharing.md`,
  'https://github.com/meerstern/platform/blob/v7.2.0/docs/sharing.md',
  `https://raw.githubusercontent.com/meerstern/platform/${commit}/x.md`,
  'https://raw.githubusercontent.com/meerstern/platform/refs/tags/v7.2.0/x.md',
  'https://github.com/meerstern/platform/releases/tag/v7.2.0',
  'https://docs.meerstern.cloud/7.2/latest-news',
  'https://docs.meerstern.cloud/7.2/sharing#time-slicing',
])('%s stays', (url) => expect(rules(url)).toEqual([]));

it('tells a branch of a fork of the programme, and the passing branch of a web edit', () => {
  expect(rules('https://github.com/someone/k8s-ai-conformance/blob/my-branch/v1.36/meerstern/x.md')).toEqual([
    'info evidence-branch-link gpu_sharing',
    'warning evidence-fork-branch gpu_sharing',
  ]);
  expect(rules('https://github.com/someone/docs/blob/patch-3/x.md')).toEqual([
    'info evidence-branch-link gpu_sharing',
    'warning evidence-fork-branch gpu_sharing',
  ]);
  // A vendor's own repository of that name, and the programme itself.
  expect(rules('https://github.com/meerstern/ai-conformance/blob/main/results/x.md')).toEqual([
    'info evidence-branch-link gpu_sharing',
  ]);
  expect(rules('https://github.com/cncf/k8s-ai-conformance/blob/main/v1.36/meerstern/x.md')).toEqual([
    'info evidence-branch-link gpu_sharing',
  ]);
});

it('speaks once for many links, at the first, and names the lines of the others', () => {
  const submission = checkout.submission({
    edit: (d) => {
      for (const id of ['gpu_sharing', 'ai_inference', 'robust_controller']) {
        entryOf(d, id).evidence = [`https://docs.meerstern.cloud/latest/${id}`];
      }
    },
  });
  const findings = checkout.findings(submission);
  expect(findings).toHaveLength(1);
  expect(findings[0]?.subject).toBe('gpu_sharing');
  const lines = submission.entries.flatMap((entry) =>
    entry.evidence.filter((item) => item.value.includes('latest')).map((item) => item.line),
  );
  expect(findings[0]?.message).toBe(
    `3 evidence links point at documentation that moves with each release (also lines ${lines.slice(1).join(', ')}).`,
  );
});
