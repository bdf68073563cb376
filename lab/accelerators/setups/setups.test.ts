import { describe, expect, it } from 'vitest';
import { componentNames } from '../../build/components.ts';
import { containerdConfig } from '../../node/containerd-config.ts';
import { setupsOf } from '../../up/lab-options.ts';
import { acceleratorObjects } from '../accelerator-objects.ts';
import { labelLines } from './nvidia/feature-labels.ts';
import { gpuList } from './nvidia/gpus.ts';
import { capabilityPaths, migMinors, partitionsOf } from './nvidia/mig.ts';
import { runtimeConfig } from './nvidia/nvidia-runtime.ts';
import { setupObjects } from './setup-objects.ts';
import { SETUPS, setupNamed, setupPrograms } from './setups.ts';

describe('the set-ups', () => {
  it('have names of their own and programs that can be built', () => {
    expect(new Set(SETUPS.map(({ name }) => name)).size).toBe(SETUPS.length);
    for (const name of setupPrograms(SETUPS.map((one) => one.name))) expect(componentNames()).toContain(name);
  });

  it('are told as they were published exactly where no check is relaxed', () => {
    const relaxed = SETUPS.filter((one) => one.relaxed !== undefined).map(({ name }) => name);
    expect(relaxed).toEqual([
      'nvidia-cdi',
      'nvidia-dra',
      'nvidia-dra-extended',
      'nvidia-dra-and-plugin',
      'nvidia-runtime',
      'nvidia-runtime-default',
      'nvidia-runtime-hardened',
    ]);
  });

  it('are refused by a name that there is not, with those that there are', () => {
    expect(() => setupNamed('nvidia')).toThrow(
      expect.objectContaining({ code: 'unknown-setup', remedy: expect.stringMatching(/nvidia-plugin, /) }),
    );
  });

  it('are those of nodes that have accelerators', () => {
    const nodes = [
      { accelerators: 2, setup: 'intel-plugin' },
      { accelerators: 0, setup: 'nvidia-dra' },
      { accelerators: 1 },
      { accelerators: 1, setup: 'intel-plugin' },
    ];
    expect(setupsOf(nodes)).toEqual(['intel-plugin']);
  });
});

describe('objects of set-ups', () => {
  const paths = (names: readonly string[]): string[] => setupObjects(names).map(({ path }) => path);

  it('come once each, namespaces before what is in them', () => {
    expect(paths(['nvidia-plugin', 'nvidia-dra'])).toEqual([
      '/api/v1/namespaces/gpu-operator',
      '/apis/apps/v1/namespaces/gpu-operator/daemonsets/nvidia-dcgm-exporter',
      '/api/v1/namespaces/gpu-operator/services/nvidia-dcgm-exporter',
      '/apis/resource.k8s.io/v1/deviceclasses/gpu.nvidia.com',
    ]);
  });

  it('are refused where two set-ups want the same one otherwise', () => {
    expect(() => paths(['nvidia-dra', 'nvidia-dra-extended'])).toThrow(
      expect.objectContaining({
        code: 'setup-conflict',
        message: expect.stringContaining('DeviceClass gpu.nvidia.com'),
      }),
    );
  });

  it('stand beside the lab’s own only where nodes have the lab’s own', () => {
    const own = acceleratorObjects({ own: true, setups: [] }).map(({ path }) => path);
    expect(own).toContain('/apis/apps/v1/namespaces/accelerator-system/daemonsets/accelerator-exporter');
    expect(acceleratorObjects({ own: false, setups: ['dra-example'] }).map(({ path }) => path)).toEqual([
      '/apis/resource.k8s.io/v1/deviceclasses/gpu.example.com',
    ]);
  });
});

describe('NVIDIA’s set-ups', () => {
  it('list GPUs as the stand-in of NVML reads them', () => {
    const one = {
      index: 1,
      uuid: 'GPU-1',
      model: 'NVIDIA A10',
      memoryBytes: 1024,
      file: '/x/GPU-1.img',
      loop: 1003,
      major: 7,
      minor: 1003,
    };
    expect(gpuList([one])).toBe('gpu|1|GPU-1|NVIDIA A10|1024|loop1003|/x/GPU-1.img\n');
  });

  it('list the partitions of a GPU after it, and their capabilities as the kernel driver numbers them', () => {
    const gpu = {
      index: 0,
      uuid: 'GPU-0',
      model: 'NVIDIA A100',
      memoryBytes: 8 * 1024 ** 3,
      file: '/f',
      loop: 1000,
      major: 7,
      minor: 1000,
    };
    const partitions = partitionsOf(2, [3, 1]);
    expect(gpuList([gpu], partitions).split('\n')).toEqual([
      expect.stringMatching(/^gpu\|0\|GPU-0\|/),
      expect.stringMatching(/^mig\|MIG-[0-9a-f-]{36}\|3g\.3gb\|3221225472\|1\|0\|3$/),
      expect.stringMatching(/^mig\|MIG-.*\|1g\.1gb\|1073741824\|2\|0\|1$/),
      '',
    ]);
    expect(migMinors(partitions.slice(2))).toBe(
      'config 1\nmonitor 2\ngpu1/gi1/access 7\ngpu1/gi1/ci0/access 8\ngpu1/gi2/access 9\ngpu1/gi2/ci0/access 10\n',
    );
    expect(capabilityPaths(partitions).at(-1)).toBe('/dev/nvidia-caps/nvidia-cap10');
  });

  it('take the labels that feature discovery prints, but not the time', () => {
    const printed =
      'nvidia.com/gpu.count=2\nnvidia.com/gfd.timestamp=1795980000\nI1130 nothing\nnvidia.com/gpu.product=NVIDIA-A10-SHARED\n';
    expect(labelLines(printed)).toEqual({ 'nvidia.com/gpu.count': '2', 'nvidia.com/gpu.product': 'NVIDIA-A10-SHARED' });
  });

  it('refuse devices by a variable only when hardened', () => {
    const refusal = 'accept-nvidia-visible-devices-envvar-when-unprivileged = false';
    expect(runtimeConfig('/runc', '/hook', true)).toContain(refusal);
    expect(runtimeConfig('/runc', '/hook', false)).not.toContain('accept-');
  });
});

describe('containerd with a vendor’s runtime', () => {
  const runtime = { handler: 'nvidia', binary: '/opt/nvidia-container-runtime' };

  it('has it beside runc, as the default only when told so', () => {
    const beside = containerdConfig('/runc', '/cni', undefined, [{ ...runtime, isDefault: false }]);
    expect(beside).toContain('default_runtime_name = "runc"');
    expect(beside).toMatch(/runtimes\.nvidia\.options\]\n {8}BinaryName = "\/opt\/nvidia-container-runtime"/);
    expect(beside).toMatch(/runtimes\.runc\.options\]\n {8}BinaryName = "\/runc"/);
    const first = containerdConfig('/runc', '/cni', undefined, [{ ...runtime, isDefault: true }]);
    expect(first).toContain('default_runtime_name = "nvidia"');
  });
});
