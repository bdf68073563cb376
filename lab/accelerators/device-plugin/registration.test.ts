import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ServerUnaryCall, ServiceDefinition, sendUnaryData } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareProtos } from '../kubelet/protos.ts';
import { serviceDefinition } from '../kubelet/service-definition.ts';
import { SocketClient } from '../kubelet/socket-client.ts';
import { type SocketServer, serveOnSocket } from '../kubelet/socket-server.ts';
import { Registration } from './registration.ts';

let folder: string;
let kubelet: SocketServer | undefined;
let registration: Registration | undefined;
let requests: unknown[];
let seen: (() => void) | undefined;
let refusals = 0;

/** Does what a kubelet's start does to the folder: every socket is removed, then its own is made. */
async function startKubelet(definition: ServiceDefinition): Promise<void> {
  kubelet?.close();
  rmSync(join(folder, 'plimsoll-accelerator.sock'), { force: true });
  const methods = {
    Register: (call: ServerUnaryCall<object, object>, answer: sendUnaryData<object>) => {
      if (refusals > 0) {
        refusals -= 1;
        answer({ code: status.UNAVAILABLE, details: 'not ready' });
        return;
      }
      requests.push(call.request);
      answer(null, {});
      seen?.();
    },
  };
  kubelet = await serveOnSocket(join(folder, 'kubelet.sock'), [{ definition, methods }]);
}

async function registrations(count: number): Promise<void> {
  const end = AbortSignal.timeout(5000);
  while (requests.length < count) {
    await new Promise<void>((resolve, reject) => {
      seen = resolve;
      end.addEventListener('abort', () => reject(new Error(`${requests.length} of ${count} registrations after 5 s`)));
    });
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-registration-'));
  requests = [];
  refusals = 0;
});

afterEach(() => {
  registration?.close();
  kubelet?.close();
  kubelet = undefined;
  rmSync(folder, { recursive: true });
});

it('registers whenever a kubelet appears, retries when refused, and answers on the new socket each time', async () => {
  const protos = await prepareProtos(resolve(import.meta.dirname, '../../go/core'));
  const definition = serviceDefinition(protos, 'devicePlugin', 'v1beta1.Registration');
  const plugin = serviceDefinition(protos, 'devicePlugin', 'v1beta1.DevicePlugin');
  let served = 0;
  const methods = {
    GetDevicePluginOptions: (_call: unknown, answer: sendUnaryData<object>) =>
      answer(null, { pre_start_required: served % 2 === 1 }),
  };
  registration = new Registration({
    folder,
    resourceName: 'lab.plimsoll.dev/accelerator',
    definition,
    serve: (socket) => {
      served += 1;
      return serveOnSocket(socket, [{ definition: plugin, methods }]);
    },
  });
  for (const start of [1, 2, 3]) {
    refusals = start === 2 ? 2 : 0;
    await startKubelet(definition);
    await registrations(start);
    expect(requests.at(-1)).toMatchObject({
      version: 'v1beta1',
      endpoint: 'plimsoll-accelerator.sock',
      resource_name: 'lab.plimsoll.dev/accelerator',
    });
    const client = new SocketClient(join(folder, 'plimsoll-accelerator.sock'), plugin);
    expect(await client.call('GetDevicePluginOptions', {})).toEqual({
      pre_start_required: start % 2 === 1,
      get_preferred_allocation_available: false,
    });
    client.close();
  }
  expect(served).toBe(3);
  registration.close();
  expect(existsSync(join(folder, 'plimsoll-accelerator.sock'))).toBe(false);
});
