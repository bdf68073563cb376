import { afterAll, expect, it } from 'vitest';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const gpuSharing = (changes: Record<string, unknown>): Options => ({
  edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), changes),
});
const docs = 'https://docs.meerstern.cloud/platform/7.2/sharing';
const spoilt: readonly [name: string, options: Options, heard: readonly string[]][] = [
  [
    'Implemented without evidence',
    gpuSharing({ evidence: [] }),
    ['warning evidence-missing gpu_sharing | "Implemented"'],
  ],
  [
    'Implemented with an empty item',
    gpuSharing({ evidence: [''] }),
    ['info evidence-item-empty gpu_sharing | ""', 'warning evidence-missing gpu_sharing | ""'],
  ],
  [
    'Implemented with the link in the notes',
    gpuSharing({ evidence: [], notes: `Four pods shared one accelerator, see ${docs}.` }),
    ['warning evidence-only-in-notes gpu_sharing | "Four pods shared one ac'],
  ],
  ['links in notes beside evidence', gpuSharing({ notes: `Four pods shared one accelerator, see ${docs}.` }), []],
  ['a SHOULD that is not implemented', gpuSharing({ evidence: [], status: 'Not Implemented' }), []],
  ['a blank SHOULD', gpuSharing({ evidence: [], status: '', notes: '' }), []],
  [
    'the same item twice',
    gpuSharing({ evidence: [docs, docs] }),
    ['info evidence-duplicate gpu_sharing | "https://docs.meerstern.'],
  ],
  ['a page and its section', gpuSharing({ evidence: [docs, `${docs}#time-slicing`] }), []],
  [
    'the front page of a project',
    gpuSharing({ evidence: ['https://llm-d.ai/'] }),
    ['warning evidence-home-page gpu_sharing | "https://llm-d.ai/"'],
  ],
  [
    'the front page of a repository',
    gpuSharing({ evidence: ['https://github.com/kubernetes-sigs/metrics-server'] }),
    ['warning evidence-home-page gpu_sharing | "https://github.com/kube'],
  ],
  [
    'a release of a repository',
    gpuSharing({ evidence: ['https://github.com/meerstern/platform/releases/tag/v7.2'] }),
    [],
  ],
  ['a section of a front page', gpuSharing({ evidence: ['https://sharing.meerstern.cloud/#results'] }), []],
  ['a single text where a list belongs, for which the reader speaks', gpuSharing({ evidence: docs }), []],
];

it.each(spoilt)('judges %s', (_, options, heard) => {
  expect(checkout.heard(options)).toEqual(heard);
});

it('tells when one page is evidence of many requirements, but not when a result of the whole suite is', () => {
  const reuse = (item: string, count: number): readonly string[] => {
    const ids = ['gpu_sharing', 'ai_inference', 'pod_autoscaling', 'accelerator_metrics', 'robust_controller'];
    return checkout.heard({
      edit: (d) => ids.slice(0, count).map((id) => Object.assign(entryOf(d, id), { evidence: [item] })),
    });
  };
  expect(reuse(docs, 5)).toEqual(['info evidence-reused gpu_sharing | "https://docs.meerstern.']);
  expect(reuse(docs, 3)).toEqual([]);
  expect(reuse('junit.xml', 5)).toEqual([]);
});
