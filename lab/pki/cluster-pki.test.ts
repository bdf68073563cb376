import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { caCertificate, createClusterPki, signForCluster } from './cluster-pki.ts';

let folder: string;
const certificate = (name: string): X509Certificate => new X509Certificate(readFileSync(join(folder, `${name}.crt`)));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-pki-'));
  await createClusterPki(folder, 'lab.internal');
});

afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['apiserver', 'ca', ['TLS Web Server Authentication']],
  ['admin', 'ca', ['TLS Web Client Authentication']],
  ['etcd', 'etcd-ca', ['TLS Web Server Authentication', 'TLS Web Client Authentication']],
  ['etcd-client', 'etcd-ca', ['TLS Web Client Authentication']],
  ['front-proxy-client', 'front-proxy-ca', ['TLS Web Client Authentication']],
])('%s is signed by %s, for its purpose and no other', (name, authority, purposes) => {
  const [leaf, ca] = [certificate(name), certificate(authority)];
  expect(leaf.verify(ca.publicKey)).toBe(true);
  expect(leaf.checkIssued(ca)).toBe(true);
  expect([leaf.ca, ca.ca]).toEqual([false, true]);
  expect(leaf.keyUsage).toHaveLength(purposes.length);
  for (const other of ['ca', 'etcd-ca', 'front-proxy-ca'].filter((one) => one !== authority)) {
    expect(leaf.verify(certificate(other).publicKey)).toBe(false);
  }
});

it('names the API server as pods, nodes and the host call it', () => {
  const leaf = certificate('apiserver');
  for (const name of ['kubernetes.default.svc', 'kubernetes.default.svc.lab.internal', 'localhost'])
    expect(leaf.checkHost(name)).toBe(name);
  for (const address of ['127.0.0.1', '198.18.0.10', '198.19.0.1']) expect(leaf.checkIP(address)).toBe(address);
  expect(leaf.checkHost('kubernetes.default.svc.cluster.local')).toBeUndefined();
});

it('signs for a node that joins later, and keeps private keys to root', async () => {
  const node = new X509Certificate(
    (await signForCluster(folder, { commonName: 'system:node:a', organisations: ['system:nodes'], usages: ['client'] }))
      .certificatePem,
  );
  expect(node.verify(new X509Certificate(caCertificate(folder)).publicKey)).toBe(true);
  expect(node.subject.split('\n').sort()).toEqual(['CN=system:node:a', 'O=system:nodes']);
  for (const name of ['ca.key', 'sa.key', 'admin.kubeconfig'])
    expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
});
