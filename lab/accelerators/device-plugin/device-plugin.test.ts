import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Accelerator } from '../accelerator.ts';
import { type Health, HealthMonitor } from '../device-health.ts';
import type { Grant } from '../grant.ts';
import { prepareProtos } from '../kubelet/protos.ts';
import { serviceDefinition } from '../kubelet/service-definition.ts';
import { SocketClient } from '../kubelet/socket-client.ts';
import { type SocketServer, serveOnSocket } from '../kubelet/socket-server.ts';
import { devicePluginService } from './device-plugin.ts';

const accelerators: readonly Accelerator[] = [0, 1, 2].map((index) => ({
  index,
  uuid: `ACC-${index}`,
  model: 'Plimsoll-A1',
  memoryBytes: 1024,
  file: `/nowhere/ACC-${index}.img`,
  loop: 1000 + index,
  major: 7,
  minor: 1000 + index,
}));

interface DeviceList {
  devices: { ID: string; health: string }[];
}

/** Protocol tests over a real unix socket; what a kubelet makes of it is proven in device-plugin.lab.test.ts. */
describe('the device plugin service', () => {
  let folder: string;
  let server: SocketServer;
  let client: SocketClient;
  let monitor: HealthMonitor;
  let prepared: string[];
  const sick = new Map<string, Health>();

  async function start(grant?: Grant): Promise<void> {
    const definition = serviceDefinition(
      await prepareProtos(resolve(import.meta.dirname, '../../go/core')),
      'devicePlugin',
      'v1beta1.DevicePlugin',
    );
    const socket = join(folder, 'plugin.sock');
    const prepare = async ({ uuid }: Accelerator): Promise<void> => {
      if (uuid === 'ACC-2') throw new Error('its memory could not be erased');
      prepared.push(uuid);
    };
    const methods = devicePluginService({ accelerators, health: monitor, prepare, ...(grant ? { grant } : {}) });
    server = await serveOnSocket(socket, [{ definition, methods }]);
    client = new SocketClient(socket, definition);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-plugin-'));
    prepared = [];
    sick.clear();
    monitor = new HealthMonitor(accelerators, 60_000, ({ uuid }) => sick.get(uuid) ?? { healthy: true });
  });

  afterEach(() => {
    client.close();
    server.close();
    monitor.close();
    rmSync(folder, { recursive: true });
  });

  it('gives exactly the devices asked for, each after its memory was prepared', async () => {
    await start();
    const request = { container_requests: [{ devices_ids: ['ACC-1'] }, { devices_ids: [] }] };
    const answer = await client.call<{ container_responses: unknown[] }>('Allocate', request);
    expect(answer.container_responses).toEqual([
      {
        envs: { PLIMSOLL_ACCELERATOR_1: 'ACC-1' },
        devices: [
          {
            container_path: '/dev/plimsoll/accelerator1',
            host_path: '/dev/plimsoll/accelerator1',
            permissions: 'rw',
          },
        ],
        mounts: [],
        annotations: {},
        cdi_devices: [],
      },
      { envs: {}, devices: [], mounts: [], annotations: {}, cdi_devices: [] },
    ]);
    expect(prepared).toEqual(['ACC-1']);
  });

  it('refuses a device that is unknown, unhealthy or cannot be erased, and says which', async () => {
    await start();
    sick.set('ACC-0', { healthy: false, reason: '/dev/loop1000 has lost its memory' });
    monitor.refresh();
    const allocate = (id: string) => client.call('Allocate', { container_requests: [{ devices_ids: [id] }] });
    await expect(allocate('ACC-9')).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
    await expect(allocate('ACC-9')).rejects.toThrow(/no accelerator ACC-9/);
    await expect(allocate('ACC-0')).rejects.toThrow(/ACC-0 is unhealthy: .*lost its memory/);
    await expect(allocate('ACC-2')).rejects.toThrow(/could not be erased/);
  });

  it('lists the devices at once and again whenever the health of one changes', async () => {
    await start();
    const stream = client.stream<DeviceList>('ListAndWatch', {});
    const lists = stream[Symbol.asyncIterator]() as AsyncIterator<DeviceList>;
    const next = async (): Promise<string> =>
      ((await lists.next()).value as DeviceList).devices.map(({ ID, health }) => `${ID}=${health}`).join(' ');
    expect(await next()).toBe('ACC-0=Healthy ACC-1=Healthy ACC-2=Healthy');
    sick.set('ACC-1', { healthy: false, reason: 'gone' });
    monitor.refresh();
    expect(await next()).toBe('ACC-0=Healthy ACC-1=Unhealthy ACC-2=Healthy');
    sick.clear();
    monitor.refresh();
    expect(await next()).toBe('ACC-0=Healthy ACC-1=Healthy ACC-2=Healthy');
    stream.on('error', () => {});
    stream.cancel();
  });

  it('prefers the lowest indexes and keeps what must be included', async () => {
    await start();
    const answer = await client.call('GetPreferredAllocation', {
      container_requests: [
        { available_deviceIDs: ['ACC-2', 'ACC-1', 'ACC-0'], must_include_deviceIDs: ['ACC-2'], allocation_size: 2 },
      ],
    });
    expect(answer).toEqual({ container_responses: [{ deviceIDs: ['ACC-2', 'ACC-0'] }] });
    expect(await client.call('GetDevicePluginOptions', {})).toEqual({
      pre_start_required: false,
      get_preferred_allocation_available: true,
    });
  });

  it('does with another grant what that grant says: the seam for deliberate defects', async () => {
    await start((_asked, all) => all);
    const answer = await client.call<{ container_responses: { devices: unknown[] }[] }>('Allocate', {
      container_requests: [{ devices_ids: ['ACC-1'] }],
    });
    expect(answer.container_responses[0]?.devices).toHaveLength(3);
  });
});
