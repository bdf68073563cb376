import type { Credential } from './certificates.ts';

/**
 * A kubeconfig with everything inside it. JSON is YAML too, and is written without a library; kubectl and all others
 * read it.
 * @param server URL of the API server.
 */
export function kubeconfig(server: string, caPem: string, client: Credential, name: string, cluster = 'lab'): string {
  const base64 = (pem: string): string => Buffer.from(`${pem.trim()}\n`).toString('base64');
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: cluster, cluster: { server, 'certificate-authority-data': base64(caPem) } }],
      users: [
        {
          name,
          user: {
            'client-certificate-data': base64(client.certificatePem),
            'client-key-data': base64(client.keyPem),
          },
        },
      ],
      contexts: [{ name: cluster, context: { cluster, user: name } }],
      'current-context': cluster,
    },
    undefined,
    2,
  )}\n`;
}
