import { afterAll, expect, it } from 'vitest';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const metadata = (changes: Record<string, unknown>, version = '1.36'): Options => ({
  version,
  edit: (d) => Object.assign(d.metadata, changes),
});
const base = 'https://github.com/cncf/k8s-conformance/tree/master';
const spoilt: readonly [name: string, options: Options, heard: readonly string[]][] = [
  [
    'another minor',
    metadata({ kubernetesVersion: 'v1.35' }),
    ['error kubernetes-version-not-folder kubernetesVersion | "v1.35"'],
  ],
  [
    'a minor with one digit more',
    metadata({ kubernetesVersion: 'v1.360' }),
    ['error kubernetes-version-not-folder kubernetesVersion | "v1.360"'],
  ],
  [
    'a version that is none',
    metadata({ kubernetesVersion: 'latest' }),
    ['error kubernetes-version-not-folder kubernetesVersion | "latest"'],
  ],
  [
    'a patch version',
    metadata({ kubernetesVersion: 'v1.36.3' }),
    ['info kubernetes-version-form kubernetesVersion | "v1.36.3"'],
  ],
  [
    'a version without v',
    metadata({ kubernetesVersion: '1.36' }),
    ['info kubernetes-version-form kubernetesVersion | "1.36"'],
  ],
  [
    'the base entry of another version',
    metadata({ k8sConformanceUrl: `${base}/v1.35/meerstern` }),
    ['warning k8s-conformance-url-version k8sConformanceUrl | "https://github.com/cncf'],
  ],
  ['the base entry of another folder', metadata({ k8sConformanceUrl: `${base}/v1.36/meerstern-on-land` }), []],
  [
    'the base entry on the branch main',
    metadata({ k8sConformanceUrl: `${base.replace('master', 'main')}/v1.36/meerstern` }),
    [],
  ],
];

it.each(spoilt)('judges %s', (_, options, heard) => {
  expect(checkout.heard(options)).toEqual(heard);
});
