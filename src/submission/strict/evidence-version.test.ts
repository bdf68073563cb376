import { afterAll, describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processor-time.ts';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const cites = (item: string, text?: string): Options => ({
  edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { evidence: [item] }),
  ...(text === undefined ? {} : { files: { [item]: text } }),
});
const rules = (options: Options): readonly string[] =>
  checkout.heard(options).map((line) => line.split(' ').slice(0, 3).join(' '));
const OLD = ['warning evidence-other-version gpu_sharing'];
const commit = '0123456789abcdef0123456789abcdef01234567';

describe('the address of evidence', () => {
  it.each([
    `https://github.com/meerstern/platform/blob/${commit}/ai-conformance/v1.34/sharing.md`,
    `https://github.com/meerstern/platform/tree/${commit}/ai-conformance/1.34/sharing`,
    'https://docs.meerstern.cloud/k8s/v1.35/sharing',
    'https://docs.meerstern.cloud/conformance/release-1.35/sharing',
  ])('%s is of another version', (url) => expect(rules(cites(url))).toEqual(OLD));
  it.each([
    `https://github.com/meerstern/platform/blob/${commit}/ai-conformance/v1.36/sharing.md`,
    'https://docs.meerstern.cloud/platform/1.34/sharing',
    'https://docs.istio.cloud/v1.34/sharing',
    'https://docs.meerstern.cloud/k8s/v1.35-and-later/sharing',
    'https://docs.meerstern.cloud/k8s/1.350/sharing',
    'https://docs.meerstern.cloud/conformance/from-v1.35/v1.36/sharing',
    'https://docs.meerstern.cloud/conformance/sharing?since=v1.34',
    'https://docs.meerstern.cloud/conformance/v1.34/to/v1.36/sharing',
  ])('%s is not', (url) => expect(rules(cites(url))).toEqual([]));
});

describe('captured output', () => {
  const CAPTURED = ['warning evidence-captured-on-other-version gpu_sharing'];
  it.each([
    'Client Version: v1.36.0\nServer Version: v1.35.2',
    '**Kubernetes version:** v1.34.5',
    'NAME STATUS ROLES AGE VERSION\nnode-a   Ready    <none>   21h   v1.35.3   10.0.0.1',
    'I0324 kube-apiserver version: v1.33.1',
    '{"serverVersion": {"major": "1", "gitVersion": "v1.34.1"}}',
  ])('%j is of another version', (text) => expect(rules(cites('x.md', text))).toEqual(CAPTURED));
  it.each([
    'Client Version: v1.34.1\nServer Version: v1.36.3',
    'Server Version: v1.35.2\n(before the update)\nServer Version: v1.36.0',
    'node-a   NotReady   <none>   21h   v1.35.3',
    'The driver supports Kubernetes 1.34 and later.',
    'Kueue version: v0.14.1',
    'Server Version: 24.0.7',
  ])('%j is not', (text) => expect(rules(cites('x.md', text))).toEqual([]));
  it('names the line', () => {
    const submission = checkout.submission(cites('x.md', '# Sharing\n\n```\nServer Version: v1.35.2\n```\n'));
    expect(checkout.findings(submission).map((one) => one.message)).toEqual([
      'x.md was captured on Kubernetes 1.35 (its line 4), but this submission is for 1.36.',
    ]);
  });
  it('takes a hostile text in no time', () => {
    const hostile = `${'\n'.repeat(1_000_000)}${' '.repeat(1_000_000)}${'-'.repeat(1_000_000)}`;
    expect(processorMs(() => void checkout.heard(cites('x.md', hostile)), 1000)).toBeLessThan(1000);
  });
});
