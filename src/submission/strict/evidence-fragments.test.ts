import { afterAll, describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processor-time.ts';
import { anchorsOf } from './markdown-anchors.ts';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const cites = (id: string, item: string): Options => ({
  edit: (d) => Object.assign(entryOf(d, id), { evidence: [item] }),
  files,
});
const files = {
  'all.md': '# Results\n\n## gang_scheduling\n\nx\n\n## pod-autoscaling\n\nx\n\n### Was schön ist: `kubectl`!\n',
};
const spoilt: readonly [name: string, options: Options, heard: readonly string[]][] = [
  [
    'the test of another requirement',
    cites('secure_accelerator_access', 'junit.xml#TestGangScheduling'),
    ['error evidence-fragment-other-requirement secure_accelerator_access | "junit.xml#TestGangSched'],
  ],
  [
    'a unit test',
    cites('secure_accelerator_access', 'file://junit.xml#TestBuildTestPod'),
    ['warning evidence-unit-test secure_accelerator_access | "file://junit.xml#TestBu'],
  ],
  ['the own test', cites('secure_accelerator_access', 'junit.xml#TestSecureAcceleratorAccess'), []],
  ['a subtest of the own test', cites('gang_scheduling', 'junit.xml#TestGangScheduling/oversized'), []],
  [
    'the test of a requirement that the validator does not know',
    cites('robust_controller', 'junit.xml#TestRobustCRDControllerOperation'),
    [],
  ],
  [
    'a heading that is not there',
    cites('pod_autoscaling', 'all.md#pods-autoscaling'),
    ['warning evidence-fragment-missing pod_autoscaling | "all.md#pods-autoscaling'],
  ],
  ['the own heading', cites('pod_autoscaling', 'all.md#pod-autoscaling'), []],
  ['the own heading in capitals', cites('pod_autoscaling', 'all.md#Pod-Autoscaling'), []],
  ['a heading of any other name', cites('pod_autoscaling', 'all.md#results'), []],
  [
    'the heading of another requirement',
    cites('pod_autoscaling', 'all.md#gang_scheduling'),
    ['warning evidence-fragment-other-requirement pod_autoscaling | "all.md#gang_scheduling"'],
  ],
  ['a heading with an umlaut, percent-encoded', cites('pod_autoscaling', 'all.md#was-sch%C3%B6n-ist-kubectl'), []],
  ['a line of a log', cites('pod_autoscaling', 'run.txt#L10'), []],
];

it.each(spoilt)('judges %s', (_, options, heard) => {
  const withRun = { ...options, files: { ...options.files, 'run.txt': 'three replicas became six' } };
  const others = checkout.heard(withRun).filter((line) => !line.includes('file-unreferenced'));
  expect(others).toEqual(heard);
});

describe('anchorsOf', () => {
  it('makes the slugs that GitHub makes', () => {
    const text = [
      '# Gang scheduling (Kueue)',
      '## dra\\_support',
      '## `nvidia-smi` & more',
      '## [A link](https://x.y)',
      '## Twice',
      '## Twice',
      'Underlined',
      '----------',
      '```',
      '# not a heading',
      '```',
      '<a name="Old"></a><h2 id="html-id">x</h2>',
      '#no heading',
      '##\tTabbed ##',
    ].join('\n');
    expect([...anchorsOf(text)]).toEqual([
      'gang-scheduling-kueue',
      'dra_support',
      'nvidia-smi--more',
      'a-link',
      'twice',
      'twice-1',
      'underlined',
      'old',
      'html-id',
      'tabbed',
    ]);
  });
  it('takes a hostile text in no time', () => {
    const hostile = `${'<a '.repeat(300_000)}\n# ${' '.repeat(500_000)}\n${'#'.repeat(500_000)}`;
    expect(processorMs(() => void anchorsOf(hostile), 1000)).toBeLessThan(1000);
  });
});
