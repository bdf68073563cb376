import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Accelerator } from '../accelerator.ts';
import { type Health, HealthMonitor } from '../device-health.ts';
import { prepareProtos } from '../kubelet/protos.ts';
import { serviceDefinition } from '../kubelet/service-definition.ts';
import { SocketClient } from '../kubelet/socket-client.ts';
import { type SocketServer, serveOnSocket } from '../kubelet/socket-server.ts';
import { ClaimPreparer } from './claim-preparer.ts';
import { draService } from './dra-service.ts';
import { healthService } from './health-service.ts';
import { registrationService } from './registration-service.ts';

const accelerators: readonly Accelerator[] = [0, 1].map((index) => ({
  index,
  uuid: `ACC-${index}`,
  model: 'Plimsoll-A1',
  memoryBytes: 1024,
  file: '/f',
  loop: 7000 + index,
  major: 7,
  minor: 7000 + index,
}));

interface Answer {
  claims: Record<string, { devices: { request_names: string[]; cdi_device_ids: string[] }[]; error: string }>;
}
interface Result {
  driver?: string;
  request?: string;
  pool?: string;
  device: string;
  adminAccess?: boolean;
}

/** Protocol tests over a real unix socket; what kubelet and runtime make of it is proven in dra.lab.test.ts. */
describe('the DRA services', () => {
  let folder: string;
  let server: SocketServer;
  let clients: SocketClient[];
  let dra: SocketClient;
  let monitor: HealthMonitor;
  let erased: string[];
  let protos: string;
  const claims = new Map<string, unknown>();
  const sick = new Map<string, Health>();

  function claim(uid: string, ...results: Result[]): { namespace: string; name: string; uid: string } {
    const full = results.map((one) => ({ driver: 'accelerator.lab.plimsoll.dev', request: 'one', pool: 'n1', ...one }));
    claims.set(`c-${uid}`, { metadata: { uid }, status: { allocation: { devices: { results: full } } } });
    return { namespace: 'ns', name: `c-${uid}`, uid };
  }

  const call = async (method: string, ...refs: object[]): Promise<Answer['claims']> =>
    (await dra.call<Answer>(method, { claims: refs })).claims;
  const cdi = (): string => join(folder, 'cdi');

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-dra-'));
    claims.clear();
    sick.clear();
    erased = [];
    monitor = new HealthMonitor(accelerators, 60_000, ({ uuid }) => sick.get(uuid) ?? { healthy: true });
    protos = await prepareProtos(resolve(import.meta.dirname, '../../go/core'));
    const draDefinition = serviceDefinition(protos, 'dra', 'k8s.io.kubelet.pkg.apis.dra.v1.DRAPlugin');
    const preparer = new ClaimPreparer({
      pool: 'n1',
      accelerators,
      cdiFolder: cdi(),
      readClaim: async ({ name }) => claims.get(name),
      erase: async ({ uuid }) => void erased.push(uuid),
    });
    const socket = join(folder, 'dra.sock');
    server = await serveOnSocket(socket, [
      { definition: draDefinition, methods: draService(preparer) },
      {
        definition: serviceDefinition(protos, 'draHealth', 'v1.DRAResourceHealth'),
        methods: healthService('n1', accelerators, monitor),
      },
      {
        definition: serviceDefinition(protos, 'registration', 'pluginregistration.Registration'),
        methods: registrationService('/the/dra.sock'),
      },
    ]);
    clients = [];
    dra = new SocketClient(socket, draDefinition);
    clients.push(dra);
  });

  afterEach(() => {
    for (const client of clients) client.close();
    server.close();
    monitor.close();
    rmSync(folder, { recursive: true });
  });

  it('prepare a claim: a CDI file with exactly the allocated device, and its name for the runtime', async () => {
    const answer = await call('NodePrepareResources', claim('u1', { device: 'accelerator-1', request: 'gpu/big' }));
    expect(answer).toEqual({
      u1: {
        devices: [
          {
            request_names: ['gpu'],
            pool_name: 'n1',
            device_name: 'accelerator-1',
            cdi_device_ids: ['accelerator.lab.plimsoll.dev/claim=u1-accelerator-1'],
          },
        ],
        error: '',
      },
    });
    expect(JSON.parse(readFileSync(join(cdi(), 'accelerator.lab.plimsoll.dev-claim-u1.json'), 'utf8'))).toEqual({
      cdiVersion: '0.6.0',
      kind: 'accelerator.lab.plimsoll.dev/claim',
      devices: [
        {
          name: 'u1-accelerator-1',
          annotations: {
            'accelerator.lab.plimsoll.dev/device': 'ACC-1',
            'accelerator.lab.plimsoll.dev/shared': 'false',
          },
          containerEdits: {
            env: ['PLIMSOLL_ACCELERATOR_1=ACC-1'],
            deviceNodes: [
              {
                path: '/dev/plimsoll/accelerator1',
                hostPath: '/dev/plimsoll/accelerator1',
                type: 'b',
                major: 7,
                minor: 7001,
                permissions: 'rw',
              },
            ],
          },
        },
      ],
    });
    expect(erased).toEqual(['ACC-1']);
  });

  it('are idempotent: prepared twice erases once, unprepared twice is fine, nothing is left', async () => {
    const ref = claim('u1', { device: 'accelerator-0' });
    const first = await call('NodePrepareResources', ref);
    expect(await call('NodePrepareResources', ref)).toEqual(first);
    expect(erased).toEqual(['ACC-0']);
    claims.clear();
    expect(await call('NodeUnprepareResources', ref)).toEqual({ u1: { error: '' } });
    expect(await call('NodeUnprepareResources', ref)).toEqual({ u1: { error: '' } });
    expect(erased).toEqual(['ACC-0', 'ACC-0']);
    expect(readdirSync(cdi())).toEqual([]);
  });

  it('never give a device to two claims, even when asked for both at once, except to watch over it', async () => {
    const [a, b] = [claim('a', { device: 'accelerator-0' }), claim('b', { device: 'accelerator-0' })];
    const [first, second] = await Promise.all([call('NodePrepareResources', a), call('NodePrepareResources', b)]);
    expect([first['a']?.error, second['b']?.error].filter(Boolean)).toEqual([
      'accelerator-0 is still held by the claim with uid a',
    ]);
    const admin = claim('admin', { device: 'accelerator-0', adminAccess: true });
    expect((await call('NodePrepareResources', admin))['admin']?.error).toBe('');
    await call('NodeUnprepareResources', a);
    expect((await call('NodePrepareResources', b))['b']?.error).toBe('');
    // Erased for a, after a, and for b: the watcher erases nothing.
    expect(erased).toEqual(['ACC-0', 'ACC-0', 'ACC-0']);
  });

  it('answer each claim of a request for itself, with the reason of a failure', async () => {
    const good = claim('good', { device: 'accelerator-0' }, { device: 'elsewhere', driver: 'gpu.example.com' });
    const refs = [
      claim('pool', { device: 'accelerator-1', pool: 'n2' }),
      claim('device', { device: 'accelerator-9' }),
      { ...claim('old', { device: 'accelerator-1' }), uid: 'replaced' },
      { namespace: 'ns', name: 'missing', uid: 'missing' },
      good,
    ];
    claims.set('c-pending', { metadata: { uid: 'pending' }, status: {} });
    const answer = await call('NodePrepareResources', ...refs, { namespace: 'ns', name: 'c-pending', uid: 'pending' });
    expect(Object.fromEntries(Object.entries(answer).map(([uid, { error }]) => [uid, error]))).toEqual({
      pool: 'this node (pool n1) has no device accelerator-1 of pool n2',
      device: 'this node (pool n1) has no device accelerator-9 of pool n1',
      replaced: 'claim ns/c-old was replaced: uid old instead of replaced',
      missing: 'claim ns/missing does not exist',
      good: '',
      pending: 'claim ns/c-pending is not allocated',
    });
    expect(answer['good']?.devices).toHaveLength(1);
    expect(readdirSync(cdi())).toEqual(['accelerator.lab.plimsoll.dev-claim-good.json']);
  });

  it('stream the health of every device, at once and after a change', async () => {
    const client = new SocketClient(
      join(folder, 'dra.sock'),
      serviceDefinition(protos, 'draHealth', 'v1.DRAResourceHealth'),
    );
    clients.push(client);
    const stream = client.stream<{ devices: { device: object; health: string; message: string }[] }>(
      'NodeWatchResources',
      {},
    );
    const answers = stream[Symbol.asyncIterator]();
    const next = async (): Promise<object[]> =>
      ((await answers.next()).value as { devices: { health: string; message: string }[] }).devices.map(
        ({ health, message }) => ({ health, message }),
      );
    expect(await next()).toEqual([
      { health: 'HEALTHY', message: '' },
      { health: 'HEALTHY', message: '' },
    ]);
    sick.set('ACC-1', { healthy: false, reason: '/dev/loop7001 has lost its memory' });
    monitor.refresh();
    expect(await next()).toEqual([
      { health: 'HEALTHY', message: '' },
      { health: 'UNHEALTHY', message: '/dev/loop7001 has lost its memory' },
    ]);
    stream.on('error', () => {});
    stream.cancel();
  });

  it('introduce the driver with the services that it has', async () => {
    const definition = serviceDefinition(protos, 'registration', 'pluginregistration.Registration');
    const client = new SocketClient(join(folder, 'dra.sock'), definition);
    clients.push(client);
    expect(await client.call('GetInfo', {})).toEqual({
      type: 'DRAPlugin',
      name: 'accelerator.lab.plimsoll.dev',
      endpoint: '/the/dra.sock',
      supported_versions: ['v1.DRAPlugin', 'v1.DRAResourceHealth'],
    });
  });
});
