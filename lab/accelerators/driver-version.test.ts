import { expect, it } from 'vitest';
import { driverVersion } from './driver-version.ts';

it.each([
  ['6.18.44-fc-v669', '6.18.44'],
  ['6.1.0-28-amd64', '6.1.0'],
  ['6.12', '6.12.0'],
  ['5.15.167.4-microsoft-standard-WSL2', '5.15.167'],
  ['6.08.1', '6.8.1'],
])('%s is driver %s', (release, version) => {
  expect(driverVersion(release)).toBe(version);
});

it('refuses what is no kernel release', () => {
  expect(() => driverVersion('rolling')).toThrow(/does not look like/);
});

it('is that of this machine when nothing is given', () => {
  expect(driverVersion()).toMatch(/^\d+\.\d+\.\d+$/);
});
