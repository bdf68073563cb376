import type { Component } from './components.ts';

const KUBERNETES = { version: 'v1.37.2', major: '1', minor: '37' };

/** Kubernetes keeps its version twice: what the programs serve, and what clients say in their User-Agent. */
const kubernetesVersion = Object.fromEntries(
  ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((path) => [
    [`${path}.gitVersion`, KUBERNETES.version],
    [`${path}.gitMajor`, KUBERNETES.major],
    [`${path}.gitMinor`, KUBERNETES.minor],
  ]),
);

const CONTAINERD = {
  module: 'core',
  tags: ['no_btrfs', 'no_devmapper', 'no_zfs'],
  defines: { 'github.com/containerd/containerd/v2/version.Version': 'v2.4.2' },
};

/** What every lab needs. All in one Go module, so that client-go, gRPC and etcd's client compile once. */
export const CORE_COMPONENTS: readonly Component[] = [
  { name: 'etcd', module: 'core', package: 'go.etcd.io/etcd/server/v3', coldSeconds: 41 },
  { name: 'registry', module: 'core', package: './cmd/registry', coldSeconds: 1 },
  { name: 'pause', module: 'core', package: './cmd/pause', coldSeconds: 1 },
  {
    ...CONTAINERD,
    name: 'containerd',
    package: 'github.com/containerd/containerd/v2/cmd/containerd',
    coldSeconds: 38,
  },
  {
    ...CONTAINERD,
    name: 'containerd-shim-runc-v2',
    package: 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2',
    coldSeconds: 1,
  },
  { ...CONTAINERD, name: 'ctr', package: 'github.com/containerd/containerd/v2/cmd/ctr', coldSeconds: 3 },
  { name: 'coredns', module: 'core', package: './cmd/coredns', coldSeconds: 50 },
  {
    name: 'kube',
    module: 'core',
    package: './cmd/kube',
    defines: kubernetesVersion,
    links: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet', 'kubectl'],
    coldSeconds: 274,
  },
];
