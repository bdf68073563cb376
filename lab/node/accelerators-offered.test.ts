import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LabApi } from '../api/lab-api.ts';
import { acceleratorsOffered } from './accelerators-offered.ts';
import type { LabNode } from './node.ts';

/** A node with that set-up, whose services have these logs. */
function node(setup: string, logs: Readonly<Record<string, string>>): LabNode {
  const directory = mkdtempSync(join(tmpdir(), 'offered-'));
  mkdirSync(join(directory, 'log'));
  for (const [service, text] of Object.entries(logs)) writeFileSync(join(directory, 'log', `${service}.log`), text);
  return { name: 'node-1', setup, directory } as unknown as LabNode;
}

/** An API whose watches show these states of the object, then nothing more. */
function api(...objects: readonly object[]): LabApi {
  async function* watch(_path: string, signal: AbortSignal): AsyncGenerator<{ type: string; object: object }> {
    for (const object of objects) yield { type: 'ADDED', object };
    await delay(60_000, undefined, { signal });
  }
  return { watch } as unknown as LabApi;
}

const never = new AbortController().signal;
const offers = (amount: string): object => ({ status: { allocatable: { 'nvidia.com/gpu': amount } } });

describe('waiting for what a vendor’s programs offer', () => {
  it('ends when the kubelet has devices, an empty first list being none', async () => {
    const ready = acceleratorsOffered(api(offers('0'), offers('2')), [node('nvidia-plugin', {})], 5_000, never);
    await expect(ready).resolves.toBeUndefined();
  });

  it('ends when a driver has published devices', async () => {
    const slices = [{ spec: { devices: [] } }, { spec: { devices: [{ name: 'gpu-0' }] } }];
    const ready = acceleratorsOffered(api(...slices), [node('nvidia-dra', {})], 5_000, never);
    await expect(ready).resolves.toBeUndefined();
  });

  it('says of a program that never registers what it said last, and of no other program of the node', async () => {
    const silent = node('nvidia-plugin', {
      'nvidia-device-plugin': 'Loading NVML\nNo devices found.\n',
      kubelet: 'I1130 fine\n',
    });
    await expect(acceleratorsOffered(api(offers('0')), [silent], 300, never)).rejects.toMatchObject({
      code: 'accelerators-not-offered',
      message: expect.stringMatching(
        /^not registered within 0\.3 s: node-1 \(nvidia-plugin\) offers no resource nvidia\.com\/gpu; .*Loading NVML\n {4}No devices found\.$/s,
      ),
    });
  });

  it('says of a program that ends again and again that it does', async () => {
    const end =
      'Error: cannot open the driver\nplimsoll: nvidia-device-plugin ended with 1 after 0 s; it is started again in 1 s\n';
    const ending = node('nvidia-plugin', { 'nvidia-device-plugin': end.repeat(3) });
    await expect(acceleratorsOffered(api(), [ending], 300, never)).rejects.toMatchObject({
      code: 'lab-crash-loop',
      message: expect.stringMatching(/nvidia-device-plugin of node-1 ends again and again.*cannot open the driver/s),
    });
  });

  it('waits for no node whose accelerators the lab hands out itself, and no longer than it is wanted', async () => {
    const { setup: _, ...own } = node('nvidia-plugin', {});
    await expect(acceleratorsOffered(api(), [own], 60_000, never)).resolves.toBeUndefined();
    const ended = acceleratorsOffered(api(), [node('nvidia-plugin', {})], 60_000, AbortSignal.timeout(200));
    await expect(ended).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
