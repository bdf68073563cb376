import { dirname } from 'node:path';
import { CONTROL_PLANE_ADDRESS, REGISTRY_PORT } from '../network/addresses.ts';
import type { ContainerRuntime } from './node.ts';

/** Held for ever by the container runtime, so that no image clean-up takes it. */
export const SANDBOX_IMAGE = 'registry.k8s.io/pause:3.10';
export const CDI_FOLDERS = ['/etc/cdi', '/run/cdi'] as const;

/**
 * containerd's configuration (version 3, containerd 2.x).
 * `restrict_oom_score_adj`: root without CAP_SYS_RESOURCE cannot lower a score, and every sandbox would fail.
 * @param baseSpec file with an OCI spec that every container starts from, instead of containerd's own
 * @param runtimes more programs to start containers with
 */
export function containerdConfig(
  runc: string,
  cniFolder: string,
  baseSpec?: string,
  runtimes: readonly ContainerRuntime[] = [],
): string {
  return `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.snapshotter.v1.blockfile",
  "io.containerd.snapshotter.v1.erofs",
  "io.containerd.snapshotter.v1.native",
  "io.containerd.differ.v1.erofs",
  "io.containerd.nri.v1.nri",
  "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.internal.v1.tracing",
]

[grpc]
  address = "/run/containerd/containerd.sock"

[plugins."io.containerd.cri.v1.images"]
  snapshotter = "overlayfs"
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "${SANDBOX_IMAGE}"
  [plugins."io.containerd.cri.v1.images".registry]
    config_path = "/etc/containerd/certs.d"

[plugins."io.containerd.cri.v1.runtime"]
  cdi_spec_dirs = [${CDI_FOLDERS.map((folder) => `"${folder}"`).join(', ')}]
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.cri.v1.runtime".containerd]
    default_runtime_name = "${runtimes.find(({ isDefault }) => isDefault)?.handler ?? 'runc'}"
${[{ handler: 'runc', binary: runc }, ...runtimes].map((one) => runtimeConfig(one, baseSpec)).join('')}\
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["${cniFolder}"]
    conf_dir = "/etc/cni/net.d"
`;
}

function runtimeConfig({ handler, binary }: Omit<ContainerRuntime, 'isDefault'>, baseSpec: string | undefined): string {
  const table = `plugins."io.containerd.cri.v1.runtime".containerd.runtimes.${handler}`;
  return `    [${table}]
      runtime_type = "io.containerd.runc.v2"${baseSpec === undefined ? '' : `\n      base_runtime_spec = "${baseSpec}"`}
      [${table}.options]
        BinaryName = "${binary}"
        SystemdCgroup = false
`;
}

/** Every image name, of whatever registry, is looked for in the lab's own one: there is no other. */
export function registryHosts(): string {
  const registry = `http://${CONTROL_PLANE_ADDRESS}:${REGISTRY_PORT}`;
  return `server = "${registry}"\n\n[host."${registry}"]\n  capabilities = ["pull", "resolve"]\n`;
}

/**
 * The pod network: a cable from each pod to its node (ptp), so that all traffic of pods is routed by the node and
 * kube-proxy sees it, whatever the kernel does with bridges.
 */
export function cniConfig(podCidr: string): string {
  const config = {
    cniVersion: '1.0.0',
    name: 'lab',
    plugins: [
      {
        type: 'ptp',
        ipMasq: false,
        ipam: {
          type: 'host-local',
          dataDir: '/run/cni-ipam',
          ranges: [[{ subnet: podCidr }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true }, snat: true },
    ],
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/** Folder of a binary, for PATH. */
export function folderOf(binary: string): string {
  return dirname(binary);
}
