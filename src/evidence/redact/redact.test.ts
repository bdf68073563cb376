import { describe, expect, it } from 'vitest';
import fc from '../../../test/property.ts';
import { redaction } from './redact.ts';
import { isSecretName } from './secret-patterns.ts';

const redact = redaction();
const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl';

describe('redaction', () => {
  it('keeps the names of a Secret and takes its data, alone and in a list', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { user: 'YWRtaW4=' },
      stringData: { a: 'b' },
    };
    const hidden = { ...secret, data: { user: '[redacted]' }, stringData: { a: '[redacted]' } };
    expect(redact(secret)).toEqual(hidden);
    const { kind: _, ...item } = secret;
    expect(redact({ kind: 'SecretList', items: [item] })).toMatchObject({ items: [{ data: { user: '[redacted]' } }] });
    expect(redact({ kind: 'ConfigMap', data: { user: 'admin' } })).toEqual({
      kind: 'ConfigMap',
      data: { user: 'admin' },
    });
  });

  it('takes secret environment variables and leaves the others', () => {
    const env = [
      { name: 'HF_TOKEN', value: 'abc' },
      { name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' },
      { name: 'AWS_SECRET_ACCESS_KEY', value: 'abc' },
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
    ];
    expect(redact({ env })).toEqual({
      env: [
        { name: 'HF_TOKEN', value: '[redacted]' },
        env[1],
        { name: 'AWS_SECRET_ACCESS_KEY', value: '[redacted]' },
        env[3],
      ],
    });
  });

  it.each([
    ['a bearer token', 'Authorization: Bearer abcdef0123456789abcdef', 'Authorization: [redacted]'],
    ['a bearer token in a sentence', 'sent bearer abcdef0123456789abcdef to it', 'sent bearer [redacted] to it'],
    ['a JWT in a log', `token=${jwt} end`, 'token=[redacted token] end'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----', '[redacted private key]'],
    ['a private key that is cut off', 'x -----BEGIN PRIVATE KEY-----\nMII', 'x [redacted private key]'],
    ['a password in a URL', 'https://bob:hunter2@example.com/x', 'https://bob:[redacted]@example.com/x'],
    ['a cloud account', 'arn:aws:iam::123456789012:role/x', 'arn:aws:iam::[account]:role/x'],
    ['a cloud project', 'gce://my-project/us-east1-b/node', 'gce://[account]/us-east1-b/node'],
    ['a cloud key', 'AKIAIOSFODNN7EXAMPLE', '[redacted key id]'],
  ])('takes %s out of a text', (_name, text, expected) => {
    expect(redact({ text })).toEqual({ text: expected });
  });

  it.each([
    'bearer authentication is off',
    'open /dev/nvidia0: EPERM',
    'sha256:0f1e',
    'http://example.com:8080/a@b',
    'basic auth',
  ])('leaves an ordinary text alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('ends with the line in a text inside JSON, so that what was JSON stays it', () => {
    const configuration = [
      'remote: http://store:9090',
      'headers:',
      '  Authorization: Basic dXNlcjpwYXNz',
      'authorization:',
      '  type: Bearer',
      'owner: team@example.com',
    ].join('\n');
    const text = JSON.stringify({ status: 'success', data: { yaml: configuration } });
    expect(JSON.parse(redact(text) as string)).toEqual({
      status: 'success',
      data: { yaml: configuration.replace('Basic dXNlcjpwYXNz', '[redacted]') },
    });
  });

  it('tells secret names from others', () => {
    for (const name of [
      'password',
      'clientSecret',
      'HF_TOKEN',
      'Authorization',
      'api-key',
      'x-api-key',
      'accessToken',
      'Set-Cookie',
    ])
      expect([name, isSecretName(name)]).toEqual([name, true]);
    for (const name of [
      'secretName',
      'tokenExpirationSeconds',
      'name',
      'key',
      'topologyKey',
      'automountServiceAccountToken2',
      'monkey',
    ])
      expect([name, isSecretName(name)]).toEqual([name, false]);
  });

  it("takes the user's own patterns too", () => {
    expect(redaction([/acme-\d+/g])('host acme-123')).toBe('host [redacted]');
  });

  it('never lets a secret through, wherever it stands, and never changes the input', () => {
    const holder = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constant(`x ${jwt} y`),
        fc.string(),
        fc.integer(),
        fc.array(tie('json')),
        fc.dictionary(fc.string(), tie('json')),
      ),
    })).json;
    fc.assert(
      fc.property(holder, (value) => {
        const before = JSON.stringify(value);
        const after = JSON.stringify(redact(value)) ?? '';
        return !after.includes(jwt) && JSON.stringify(value) === before;
      }),
    );
  });

  it('done twice is done once', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const once = redact(JSON.parse(json));
        expect(redact(once)).toEqual(once);
      }),
    );
  });
});
