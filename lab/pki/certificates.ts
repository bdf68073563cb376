import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const YEAR = 365 * 24 * 3600 * 1000;

/** A certificate with its private key. */
export interface Credential {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** A certificate authority that can sign. */
export interface Authority extends Credential {
  readonly key: CryptoKey;
  readonly subject: string;
}

/** Who a leaf is for. Kubernetes reads the user from CN and the groups from O. */
export interface LeafRequest {
  readonly commonName: string;
  readonly organisations?: readonly string[];
  readonly usages: readonly ('server' | 'client')[];
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
}

/** A new self-signed authority. */
export async function createAuthority(commonName: string): Promise<Authority> {
  const keys = await keyPair();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    serialNumber: serial(),
    ...validity(),
    signingAlgorithm: CURVE,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificatePem: certificate.toString('pem'),
    keyPem: await privatePem(keys.privateKey),
    key: keys.privateKey,
    subject: certificate.subject,
  };
}

/** An authority from its PEM files, to sign for nodes that join later. */
export async function loadAuthority(pem: Credential): Promise<Authority> {
  const key = await crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem.keyPem), CURVE, false, ['sign']);
  return { ...pem, key, subject: new x509.X509Certificate(pem.certificatePem).subject };
}

/** A certificate signed by the authority. */
export async function createLeaf(authority: Authority, request: LeafRequest): Promise<Credential> {
  const keys = await keyPair();
  const purposes = { server: x509.ExtendedKeyUsage.serverAuth, client: x509.ExtendedKeyUsage.clientAuth };
  const names = [
    ...(request.dnsNames ?? []).map((value) => ({ type: 'dns', value }) as const),
    ...(request.addresses ?? []).map((value) => ({ type: 'ip', value }) as const),
  ];
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [...(request.organisations ?? []).map((value) => ({ O: [value] })), { CN: [request.commonName] }],
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    serialNumber: serial(),
    ...validity(),
    signingAlgorithm: CURVE,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(request.usages.map((usage) => purposes[usage])),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  return { certificatePem: certificate.toString('pem'), keyPem: await privatePem(keys.privateKey) };
}

async function keyPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
}

async function privatePem(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** From an hour ago, so that a clock that is set back a little does not matter, for ten years. */
function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 10 * YEAR) };
}

/** A positive number of 16 bytes (RFC 5280, 4.1.2.2). */
function serial(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString('hex');
}
