import type { Component } from './components.ts';

/** go-nvml finds out at run time which functions the library has: symbols that are bound at once would end the program. */
const NVML = { compiler: 'cgo', linkFlags: ['-extldflags=-Wl,-z,lazy'] } as const;

/**
 * Programs of vendors of accelerators, as published, and the stand-ins of the libraries that their drivers bring
 * (lab/accelerators/setups). `nvidia-relaxed` and `nvidia-dra` have one check of NVIDIA's toolkit relaxed: copies.json says which.
 */
export const VENDOR_COMPONENTS: readonly Component[] = [
  {
    name: 'libnvidia-ml.so.1',
    module: 'nvidia',
    package: 'nvml',
    compiler: 'cc',
    header: { module: 'github.com/NVIDIA/go-nvml', path: 'pkg/nvml/nvml.h' },
    coldSeconds: 1,
  },
  { name: 'libcuda.so.1', module: 'nvidia', package: 'cuda', compiler: 'cc', coldSeconds: 1 },
  {
    ...NVML,
    name: 'nvidia-device-plugin',
    module: 'nvidia',
    package: 'github.com/NVIDIA/k8s-device-plugin/cmd/nvidia-device-plugin',
    coldSeconds: 20,
  },
  {
    ...NVML,
    name: 'gpu-feature-discovery',
    module: 'nvidia',
    package: 'github.com/NVIDIA/k8s-device-plugin/cmd/gpu-feature-discovery',
    coldSeconds: 20,
  },
  {
    ...NVML,
    name: 'nvidia-device-plugin-cdi',
    module: 'nvidia-relaxed',
    package: 'github.com/NVIDIA/k8s-device-plugin/cmd/nvidia-device-plugin',
    coldSeconds: 20,
  },
  {
    ...NVML,
    name: 'gpu-kubelet-plugin',
    module: 'nvidia-dra',
    package: 'sigs.k8s.io/dra-driver-nvidia-gpu/cmd/gpu-kubelet-plugin',
    coldSeconds: 40,
  },
  {
    ...NVML,
    name: 'nvidia-container-runtime',
    module: 'nvidia-relaxed',
    package: 'github.com/NVIDIA/nvidia-container-toolkit/cmd/nvidia-container-runtime',
    coldSeconds: 5,
  },
  {
    ...NVML,
    name: 'nvidia-cdi-hook',
    module: 'nvidia-relaxed',
    package: 'github.com/NVIDIA/nvidia-container-toolkit/cmd/nvidia-cdi-hook',
    coldSeconds: 5,
  },
  {
    name: 'intel-gpu-plugin',
    module: 'intel',
    package: 'github.com/intel/intel-device-plugins-for-kubernetes/cmd/gpu_plugin',
    coldSeconds: 5,
  },
  {
    name: 'dra-example-kubeletplugin',
    module: 'dra-example',
    package: 'sigs.k8s.io/dra-example-driver/cmd/dra-example-kubeletplugin',
    coldSeconds: 10,
  },
];
