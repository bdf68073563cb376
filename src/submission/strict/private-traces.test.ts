import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processor-time.ts';
import { privateTraces } from './private-traces.ts';

const what = (text: string): readonly string[] =>
  privateTraces(text, 'conformance@meerstern.cloud').map((trace) => trace.what);

describe('privateTraces', () => {
  it('finds account names in paths', () => {
    expect(what('cd /Users/D012345/git/x')).toEqual(['the account name in /Users/D012345']);
    expect(what('Running Suite - /home/jdoe/kubernetes')).toEqual(['the account name in /home/jdoe']);
    expect(what('C:\\Users\\jdoe\\src')).toEqual(['the account name in C:\\Users\\jdoe\\']);
  });
  it('knows the accounts of images', () => {
    expect(what('/home/ubuntu/x /home/ray/y /home/runner/work /Users/runner/z /home/jovyan')).toEqual([]);
  });
  it('finds mail addresses, shortened', () => {
    expect(what('signed by jane.doe@meerstern.io today')).toEqual(['the mail address ja...@meerstern.io']);
  });
  it.each([
    'conformance@meerstern.cloud',
    'git@github.com:meerstern/x.git',
    'support@meerstern.cloud',
    'someone@example.com',
    'image@sha256:0123',
    'root@node1.cluster.local',
    'core@ip-10-0-0-1.ec2.internal',
    'module@v1.2.3',
    'logo@2x.png',
    'user@host',
    'pkg@1.0.0/index.js',
    '@types/node',
    'registry.io/team@sub.registry.io/image',
  ])('takes %s for none', (text) => expect(what(`see ${text} here`)).toEqual([]));
  it('finds secrets, and never repeats them', () => {
    const jwt = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(30)}.${'c'.repeat(40)}`;
    const found = privateTraces(`a\nb\nAuthorization: Bearer ${jwt}\n${jwt}`, undefined);
    expect(found).toEqual([{ what: 'a token (JWT), eyJaaa...', line: 3, count: 2 }]);
    expect(what(`-----BEGIN RSA PRIVATE KEY-----`)).toEqual(['a private key, -----B...']);
    expect(what(`client-key-data: ${'A'.repeat(60)}`)).toEqual(['a private key of a kubeconfig, client...']);
    expect(what(`hf_${'A'.repeat(34)}`)).toEqual(['a Hugging Face token, hf_AAA...']);
    expect(what('eyJ is how a JWT begins; AKIA and ghp_ are prefixes; -----BEGIN CERTIFICATE-----')).toEqual([]);
  });
  it('takes a hostile text in no time', () => {
    const hostile = ['a'.repeat(4_000_000), '@a.'.repeat(100_000), 'eyJ'.repeat(500_000), '/home/'.repeat(300_000)];
    const took = processorMs(() => {
      for (const text of hostile) privateTraces(text, undefined);
    }, 2000);
    expect(took).toBeLessThan(2000);
  });
});
