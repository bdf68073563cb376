import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, PlimsollError } from '../../src/errors.ts';
import { type LabApi, openLabApi } from '../api/lab-api.ts';
import { type Box, startBox } from '../box/start-box.ts';
import type { CgroupLayout } from '../cgroup/cgroup-layout.ts';
import { API_PORT, CONTROL_PLANE_ADDRESS, controlPlaneNetwork, REGISTRY_PORT } from '../network/addresses.ts';
import type { HostPort } from '../network/host-port.ts';
import { caCertificate, clusterCredential } from '../pki/cluster-pki.ts';
import { kubeconfig } from '../pki/kubeconfig.ts';
import { projectFile } from '../project-root.ts';
import type { LabDirectory } from '../state/lab-directory.ts';
import { patient } from '../state/patience.ts';
import { type ControlPlaneSettings, controlPlaneServices } from './components.ts';

export const CONTROL_PLANE = 'control-plane';

/** Starts the control plane's box and writes the host's kubeconfig. The API server answers some seconds later. */
export async function startControlPlane(
  lab: LabDirectory,
  cgroups: CgroupLayout,
  settings: ControlPlaneSettings,
  ports: { api: HostPort; registry: HostPort },
): Promise<Box> {
  const relay = {
    name: 'relay',
    command: [
      process.execPath,
      '--max-old-space-size=64',
      projectFile('lab/network/relay.ts'),
      `${CONTROL_PLANE_ADDRESS}:${API_PORT}`,
      `${CONTROL_PLANE_ADDRESS}:${REGISTRY_PORT}`,
    ],
    when: 'start',
  } as const;
  const box = await startBox(
    cgroups,
    lab.name,
    {
      name: CONTROL_PLANE,
      directory: lab.controlPlane,
      network: controlPlaneNetwork(),
      setup: 'mount -t proc proc /proc\nmount -t sysfs sysfs /sys',
      services: [...controlPlaneServices(settings), relay],
      socketServices: ['relay'],
      sockets: 2,
    },
    [ports.api.fd, ports.registry.fd],
  );
  const admin = clusterCredential(lab.pki, 'admin');
  const server = `https://127.0.0.1:${ports.api.port}`;
  writeFileSync(
    lab.kubeconfig,
    kubeconfig(server, caCertificate(lab.pki), admin, `plimsoll-${lab.name}-admin`, `plimsoll-${lab.name}`),
    {
      mode: 0o600,
    },
  );
  return box;
}

/**
 * Waits until the API server says it is ready. Nothing announces that, so it is asked every 50 ms.
 * @throws PlimsollError `lab-api-not-ready` with what it last said.
 */
export async function apiServerReady(
  lab: LabDirectory,
  signal: AbortSignal,
  withinMs = patient(90_000),
): Promise<LabApi> {
  const api = openLabApi(lab.kubeconfig);
  const deadline = performance.now() + withinMs;
  let last = 'no connection';
  while (performance.now() < deadline && !signal.aborted) {
    try {
      const { status, body } = await api.request('GET', '/readyz?verbose');
      if (status === 200) return api;
      last =
        String(body)
          .split('\n')
          .filter((line) => line.startsWith('[-]'))
          .join(', ') || `status ${status}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await delay(50);
  }
  await api.close();
  signal.throwIfAborted();
  throw new PlimsollError(
    'lab-api-not-ready',
    `the API server was not ready within ${withinMs / 1000} s; it last said: ${last}`,
    'The logs of apiserver and etcd tell more; a flag or gate given with --kubernetes-flag or --feature-gates may be the cause.',
    { exitCode: EXIT.unreachable },
  );
}
