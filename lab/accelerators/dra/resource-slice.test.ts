import { describe, expect, it } from 'vitest';
import type { Accelerator } from '../accelerator.ts';
import type { Health } from '../device-health.ts';
import { resourceSlice, saysTheSame } from './resource-slice.ts';

const node = { name: 'n1', uid: 'uid-of-n1' };
const accelerators: readonly Accelerator[] = [0, 1].map((index) => ({
  index,
  uuid: `ACC-${index}`,
  model: 'Plimsoll-A1',
  memoryBytes: index === 0 ? 1024 ** 3 : 1536 * 1024 ** 2,
  file: '/f',
  loop: 1000 + index,
  major: 7,
  minor: 1000 + index,
}));
const well = (): Health => ({ healthy: true });
const sick = (accelerator: Accelerator): Health =>
  accelerator.index === 1 ? { healthy: false, reason: 'gone' } : { healthy: true };

describe('a ResourceSlice', () => {
  it('says what each device is and that the Node owns it', () => {
    expect(resourceSlice(node, accelerators, '6.18.44', well, 3)).toEqual({
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: {
        name: 'n1-accelerator.lab.plimsoll.dev',
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'uid-of-n1', controller: true }],
      },
      spec: {
        driver: 'accelerator.lab.plimsoll.dev',
        nodeName: 'n1',
        pool: { name: 'n1', generation: 3, resourceSliceCount: 1 },
        devices: [
          {
            name: 'accelerator-0',
            attributes: {
              model: { string: 'Plimsoll-A1' },
              uuid: { string: 'ACC-0' },
              index: { int: 0 },
              driverVersion: { version: '6.18.44' },
            },
            capacity: { memory: { value: '1Gi' } },
          },
          {
            name: 'accelerator-1',
            attributes: {
              model: { string: 'Plimsoll-A1' },
              uuid: { string: 'ACC-1' },
              index: { int: 1 },
              driverVersion: { version: '6.18.44' },
            },
            capacity: { memory: { value: '1536Mi' } },
          },
        ],
      },
    });
  });

  it('taints the device that is unhealthy, and only that one', () => {
    const { devices } = resourceSlice(node, accelerators, '6.18.44', sick, 1).spec;
    expect(devices.map((device) => 'taints' in device)).toEqual([false, true]);
  });
});

describe('saysTheSame', () => {
  const wanted = resourceSlice(node, accelerators, '6.18.44', sick, 1);
  type Stored = Parameters<typeof saysTheSame>[0];

  /** As a list gives it. */
  function stored(
    change: (spec: { devices: Record<string, unknown>[]; pool: Record<string, unknown> }) => void,
  ): Stored {
    const { metadata, spec } = structuredClone(wanted);
    change(spec as never);
    return { metadata: { ...metadata, resourceVersion: '7' }, spec };
  }

  it('overlooks what the API server adds, and the generation', () => {
    const same = stored(({ devices, pool }) => {
      pool['generation'] = 9;
      Object.assign(devices[1] ?? {}, {
        taints: [
          { key: 'accelerator.lab.plimsoll.dev/unhealthy', effect: 'NoExecute', timeAdded: '2026-11-24T00:00:00Z' },
        ],
      });
    });
    expect(saysTheSame(same, wanted)).toBe(true);
  });

  it('sees a changed attribute, a lost device, a changed owner, a taint too many or too few', () => {
    const different = [
      resourceSlice(node, accelerators, '6.18.45', sick, 1),
      resourceSlice(node, accelerators.slice(1), '6.18.44', sick, 1),
      resourceSlice({ ...node, uid: 'x' }, accelerators, '6.18.44', sick, 1),
      resourceSlice(node, accelerators, '6.18.44', well, 1),
      stored(({ devices }) => Object.assign(devices[0] ?? {}, { taints: [{ key: 'x', effect: 'NoExecute' }] })),
    ];
    expect(different.map((slice) => saysTheSame(slice, wanted))).toEqual(different.map(() => false));
  });
});
