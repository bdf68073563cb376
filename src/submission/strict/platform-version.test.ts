import { afterAll, describe, expect, it } from 'vitest';
import { contextOf, inLines, SyntheticCheckout, strictFindings } from './synthetic-checkout.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

function heard(platformVersion: string): readonly string[] {
  return checkout.heard({ edit: (d) => Object.assign(d.metadata, { platformVersion }) });
}

describe('platformVersion', () => {
  it.each(['v1.36', '1.36', '1.36.2', 'V1.36.0'])('%s is the version of Kubernetes', (version) => {
    expect(heard(version)).toEqual([
      `warning platform-version-is-kubernetes platformVersion | ${JSON.stringify(version).slice(0, 24)}`,
    ]);
  });
  it.each(['4.8.x', '4.x', '4.*', '>=4.8', 'v5+', 'latest', '4.8 or later', '~4.8'])(
    '%s stands for several',
    (version) => {
      expect(heard(version)).toEqual([
        `warning platform-version-wildcard platformVersion | ${JSON.stringify(version).slice(0, 24)}`,
      ]);
    },
  );
  it.each([
    '2.0.0-rc.1',
    '2.0.0-beta',
    'v3.1.0-alpha2',
    '1.4-SNAPSHOT',
    'v1.35.0-beta.1-208-g2e9acbca10',
    'main',
    '7.2-dev',
  ])('%s is no release', (version) => {
    expect(heard(version)).toEqual([
      `warning platform-version-prerelease platformVersion | ${JSON.stringify(version).slice(0, 24)}`,
    ]);
  });
  it.each([
    '4.21',
    'v1.36.2+k0s.0',
    '1.36.2-eks.9',
    '1.36.0-gke.1662000',
    'v1.360',
    '2.34.0',
    '1.37',
    'v5.0',
    '2026.1',
    '24.04 LTS',
    'xanadu 4',
    'Release 7 (development platform)',
  ])('%s is fine', (version) => {
    expect(heard(version)).toEqual([]);
  });
});

it('tells when one version is submitted for several Kubernetes versions', () => {
  const edit = (d: { metadata: Record<string, unknown> }): void =>
    void Object.assign(d.metadata, { platformVersion: '7.2' });
  const submissions = ['1.35', '1.36'].map((version) => checkout.submission({ version, edit }));
  const [older] = submissions;
  if (!older) throw new Error('no submission');
  expect(inLines(strictFindings(older, contextOf(submissions)), older)).toEqual([
    'info platform-version-reused platformVersion | "7.2"',
  ]);
  const others = [older, checkout.submission({ version: '1.36', product: 'landstern', edit })];
  expect(inLines(strictFindings(older, contextOf(others)), older)).toEqual([]);
});
