import { generateKeyPair } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { API_PORT, CONTROL_PLANE_ADDRESS, KUBERNETES_SERVICE } from '../network/addresses.ts';
import type { Authority, Credential, LeafRequest } from './certificates.ts';
import { kubeconfig } from './kubeconfig.ts';

export const API_IN_LAB = `https://${CONTROL_PLANE_ADDRESS}:${API_PORT}`;

/** Clients of the API server that the control plane itself needs: file name and who they are. */
const CLIENTS: Readonly<Record<string, LeafRequest>> = {
  admin: { commonName: 'kubernetes-admin', organisations: ['system:masters'], usages: ['client'] },
  'controller-manager': { commonName: 'system:kube-controller-manager', usages: ['client'] },
  scheduler: { commonName: 'system:kube-scheduler', usages: ['client'] },
  'kubelet-client': { commonName: 'kube-apiserver-kubelet-client', usages: ['client'] },
};

/**
 * Makes all keys and certificates of a control plane below `folder` (`NAME.crt`, `NAME.key`, `NAME.kubeconfig`):
 * three authorities (cluster, etcd, front proxy), the leaves signed by them, and the key of service-account tokens.
 */
export async function createClusterPki(folder: string, dnsDomain: string): Promise<void> {
  const { createAuthority, createLeaf } = await import('./certificates.ts');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [cluster, etcd, frontProxy, tokens] = await Promise.all([
    createAuthority('kubernetes'),
    createAuthority('etcd'),
    createAuthority('front-proxy'),
    promisify(generateKeyPair)('rsa', { modulusLength: 2048 }),
  ]);
  store(folder, 'ca', cluster);
  store(folder, 'etcd-ca', etcd);
  store(folder, 'front-proxy-ca', frontProxy);
  writeFileSync(join(folder, 'sa.key'), tokens.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(join(folder, 'sa.pub'), tokens.publicKey.export({ type: 'spki', format: 'pem' }));
  const leaves: [string, Authority, LeafRequest][] = [
    ['apiserver', cluster, apiServer(dnsDomain)],
    [
      'etcd',
      etcd,
      { commonName: 'etcd', usages: ['server', 'client'], addresses: ['127.0.0.1'], dnsNames: ['localhost'] },
    ],
    ['etcd-client', etcd, { commonName: 'kube-apiserver', usages: ['client'] }],
    ['front-proxy-client', frontProxy, { commonName: 'front-proxy-client', usages: ['client'] }],
    ...Object.entries(CLIENTS).map(([name, request]): [string, Authority, LeafRequest] => [name, cluster, request]),
  ];
  await Promise.all(
    leaves.map(async ([name, authority, request]) => {
      const leaf = await createLeaf(authority, request);
      store(folder, name, leaf);
      writeFileSync(join(folder, `${name}.kubeconfig`), kubeconfig(API_IN_LAB, cluster.certificatePem, leaf, name), {
        mode: 0o600,
      });
    }),
  );
}

function apiServer(dnsDomain: string): LeafRequest {
  const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', `kubernetes.default.svc.${dnsDomain}`];
  return {
    commonName: 'kube-apiserver',
    usages: ['server'],
    dnsNames: [...service, 'localhost'],
    addresses: [CONTROL_PLANE_ADDRESS, KUBERNETES_SERVICE, '127.0.0.1'],
  };
}

/** Signs a certificate of the cluster's authority for something that joins the lab, such as a node. */
export async function signForCluster(folder: string, request: LeafRequest): Promise<Credential> {
  const { createLeaf, loadAuthority } = await import('./certificates.ts');
  const authority = await loadAuthority({ certificatePem: caCertificate(folder), keyPem: read(folder, 'ca.key') });
  return createLeaf(authority, request);
}

/** The certificate of the cluster's authority (PEM). */
export function caCertificate(folder: string): string {
  return read(folder, 'ca.crt');
}

/** A credential made by `createClusterPki`. */
export function clusterCredential(folder: string, name: string): Credential {
  return { certificatePem: read(folder, `${name}.crt`), keyPem: read(folder, `${name}.key`) };
}

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

function store(folder: string, name: string, credential: Credential): void {
  writeFileSync(join(folder, `${name}.crt`), `${credential.certificatePem}\n`);
  writeFileSync(join(folder, `${name}.key`), `${credential.keyPem}\n`, { mode: 0o600 });
}
