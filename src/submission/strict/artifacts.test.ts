import { afterAll, expect, it } from 'vitest';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const junit = (...cases: readonly string[]): string =>
  `<testsuites><testsuite name="s">${cases.join('')}</testsuite></testsuites>`;
const pass = (name: string): string => `<testcase name="${name}"></testcase>`;
const fail = (name: string): string => `<testcase name="${name}"><failure>x</failure></testcase>`;
const skip = (name: string): string => `<testcase name="${name}"><skipped/></testcase>`;
const cites = (evidence: readonly string[], files: Options['files']): Options => ({
  edit: (d) => Object.assign(entryOf(d, 'gang_scheduling'), { evidence }),
  files: { 'gang.md': undefined, 'junit.xml': undefined, ...files },
});
const GANG = 'TestGangScheduling';

const spoilt: readonly [name: string, options: Options, heard: readonly string[]][] = [
  [
    'a JUnit report of another name',
    cites(['junit_01.xml'], { 'junit_01.xml': junit(pass('a')) }),
    ['info artifact-renamed gang_scheduling | "junit_01.xml"'],
  ],
  [
    'failures in a report of another name',
    cites(['dra_junit.xml'], { 'dra_junit.xml': junit(pass('a'), fail('b')) }),
    [
      'info artifact-renamed gang_scheduling | "dra_junit.xml"',
      'warning artifact-hidden-failures gang_scheduling | "dra_junit.xml"',
    ],
  ],
  [
    'failures in a large report of another name',
    cites(['big.xml'], { 'big.xml': junit(fail('b'), `<!--${'x'.repeat(600_000)}-->`) }),
    [
      'info artifact-renamed gang_scheduling | "big.xml"',
      'warning artifact-hidden-failures gang_scheduling | "big.xml"',
    ],
  ],
  [
    'the own test skipped in a log of another name',
    cites(['e2e-results.log'], { 'e2e-results.log': `--- SKIP: ${GANG} (0.00s)\n` }),
    [
      'info artifact-renamed gang_scheduling | "e2e-results.log"',
      'warning artifact-hidden-failures gang_scheduling | "e2e-results.log"',
    ],
  ],
  [
    'a Ginkgo log of another name with failures',
    cites(['run.log'], { 'run.log': 'FAIL! -- 42 Passed | 9 Failed | 0 Pending | 3 Skipped\n' }),
    [
      'info artifact-renamed gang_scheduling | "run.log"',
      'warning artifact-hidden-failures gang_scheduling | "run.log"',
    ],
  ],
  [
    'a failing result that nobody cites',
    cites(['gang.md'], { 'gang.md': 'junit.xml is beside', 'junit.xml': junit(fail(GANG)) }),
    ['warning artifact-hidden-failures document | metadata:'],
  ],
  [
    'a report and a log that disagree',
    cites(['junit.xml', 'e2e.log'], { 'junit.xml': junit(pass(GANG)), 'e2e.log': `--- SKIP: ${GANG} (0.00s)\n` }),
    ['error artifact-disagrees gang_scheduling | "junit.xml"'],
  ],
  [
    'events and a log that disagree',
    cites(['results.json', 'e2e.log'], {
      'results.json': `{"Action":"pass","Package":"p","Test":"${GANG}"}\n`,
      'e2e.log': `--- FAIL: ${GANG} (0.00s)\n`,
    }),
    ['error artifact-disagrees gang_scheduling | "results.json"'],
  ],
  [
    'results that agree, and hold other tests too',
    cites(['junit.xml', 'e2e.log'], {
      'junit.xml': junit(pass(GANG), skip('b')),
      'e2e.log': `--- PASS: ${GANG} (0.00s)\n--- FAIL: c (0s)\n`,
    }),
    [],
  ],
  [
    'results of two runs in two folders',
    cites(['a/e2e.log', 'b/e2e.log'], {
      'a/e2e.log': `--- PASS: ${GANG} (1s)\n`,
      'b/e2e.log': `--- SKIP: ${GANG} (1s)\n`,
    }),
    [],
  ],
  ['a log that is no result', cites(['pods.log'], { 'pods.log': 'pod-1 Running\n' }), []],
  ['XML that is no result', cites(['x.xml'], { 'x.xml': '<testing/>' }), []],
  ['JSON that is no result', cites(['x.json'], { 'x.json': '{"kind": "Pod"}' }), []],
];

it.each(spoilt)('judges %s', (_, options, heard) => {
  // Other requirements cite the clean junit.xml, which these cases replace.
  const edit: Options['edit'] = (d) => {
    for (const id of ['secure_accelerator_access', 'cluster_autoscaling'])
      entryOf(d, id).evidence = [`https://docs.meerstern.cloud/7/x-${id}`];
    options.edit?.(d);
  };
  expect(checkout.heard({ ...options, edit })).toEqual(heard);
});
