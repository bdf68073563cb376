import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { guardedLookup, isPublicAddress, refusalOf } from './public-address.ts';

describe('isPublicAddress', () => {
  it.each(['1.1.1.1', '140.82.121.4', '2606:4700:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    '%s is',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2001::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    'not an address',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('refusalOf', () => {
  it.each([
    ['ftp://example.org/x', /ftp:/],
    ['file:///etc/passwd', /file:/],
    ['http://user:secret@example.org/', /user name/],
    ['http://2130706433/', /127\.0\.0\.1 is not a public address/],
    ['http://0x7f.1/', /127\.0\.0\.1/],
    ['http://[::1]:8080/', /::1/],
    ['http://[::ffff:10.0.0.1]/', /not a public address/],
    ['http://169.254.169.254/latest/meta-data', /169\.254\.169\.254/],
  ])('refuses %s', (url, why) => {
    expect(refusalOf(new URL(url), isPublicAddress)).toMatch(why);
  });

  it.each(['https://example.org/', 'http://1.1.1.1/', 'https://[2606:4700:4700::1111]/'])('lets %s through', (url) => {
    expect(refusalOf(new URL(url), isPublicAddress)).toBeUndefined();
  });
});

describe('guardedLookup', () => {
  function answer(addresses: readonly string[], all: boolean): unknown {
    const lookup: LookupFunction = (_, __, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    let result: unknown;
    guardedLookup(lookup, isPublicAddress)('name.test', { all }, (error, found) => {
      result = error ? { code: error.code, message: error.message } : found;
    });
    return result;
  }

  it('gives public addresses on', () => {
    expect(answer(['1.1.1.1', '2606:4700::1'], true)).toHaveLength(2);
    expect(answer(['1.1.1.1'], false)).toBe('1.1.1.1');
  });

  it('refuses a name as soon as one of its addresses is not public', () => {
    expect(answer(['1.1.1.1', '10.0.0.5'], true)).toEqual({
      code: 'ADDRESS_REFUSED',
      message: 'name.test is at 10.0.0.5, which is not a public address',
    });
  });

  it('says of a name without an address that it does not exist', () => {
    expect(answer([], true)).toMatchObject({ code: 'ENOTFOUND' });
  });
});
