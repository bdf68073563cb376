import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoxPlan } from '../box/box-script.ts';
import { type Box, startBox } from '../box/start-box.ts';
import type { CgroupLayout } from '../cgroup/cgroup-layout.ts';
import type { KubernetesOptions } from '../control-plane/flags.ts';
import { withFlags } from '../control-plane/flags.ts';
import { nodeNetwork } from '../network/addresses.ts';
import { API_IN_LAB, caCertificate, signForCluster } from '../pki/cluster-pki.ts';
import { kubeconfig } from '../pki/kubeconfig.ts';
import { SOCKET_FOLDER_IN_NODE } from '../provider/provider-folder.ts';
import { cniConfig, containerdConfig, folderOf, registryHosts } from './containerd-config.ts';
import { kubeletConfig, kubeProxyConfig, type Taint } from './kubelet-config.ts';
import type { NodeAccelerators, NodePlan, Service } from './node.ts';
import { leakyRuntimeSpec, type NodeDefect } from './node-defects.ts';
import { nodeRootScript } from './node-root.ts';

/** Programs that a node runs, by absolute path on the host. */
export interface NodeBinaries {
  readonly kube: string;
  readonly containerd: string;
  readonly 'containerd-shim-runc-v2': string;
  readonly runc: string;
  /** Folder of the CNI plugins. */
  readonly cni: string;
}

/** Everything that a node is made from. */
export interface NodeSettings {
  readonly plan: NodePlan;
  readonly cgroups: CgroupLayout;
  /** Folder of the lab's PKI on the host. */
  readonly labPki: string;
  /** PID 1 of the control plane, in whose network namespace the switch is. */
  readonly switchPid: number;
  readonly binaries: NodeBinaries;
  readonly dnsDomain: string;
  readonly kubernetes: KubernetesOptions;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly providerId: string;
  readonly accelerators: NodeAccelerators | undefined;
  readonly defect: NodeDefect | undefined;
  /** Folder of the socket of the lab's node provider (lab/provider), whether or not there is one. */
  readonly providerSocket: string;
  /** Host folders seen read-only inside the node: the checkout and the running Node. */
  readonly binds: readonly string[];
}

/** Writes a node's files and starts it; its kubelet starts when `go` of the box is called. */
export async function startNode(settings: NodeSettings): Promise<Box> {
  const { plan, accelerators, binaries, cgroups } = settings;
  await writeNodeFiles(settings);
  const { directory } = plan;
  const binds = [
    ...new Set([...settings.binds, ...(accelerators?.binds ?? []), ...Object.values(binaries).map(folderOf)]),
  ];
  const box: BoxPlan = {
    name: plan.name,
    directory,
    network: nodeNetwork(plan.index, settings.switchPid),
    setup: [
      nodeRootScript({ directory, name: plan.name, devices: accelerators?.devices ?? [], binds, cgroups }),
      `mkdir -p /etc/cni/net.d /etc/containerd/certs.d/_default`,
      `cp ${directory}/etc/cni.conflist /etc/cni/net.d/10-lab.conflist`,
      `cp ${directory}/etc/hosts.toml /etc/containerd/certs.d/_default/hosts.toml`,
      // A path that pods can name whatever the lab is called; it leads nowhere in a lab without provider.
      `ln -s ${settings.providerSocket} ${SOCKET_FOLDER_IN_NODE}`,
      ...(accelerators?.prepare ?? []),
      `export PATH=${[...new Set([binaries.containerd, binaries['containerd-shim-runc-v2']].map(folderOf))].join(':')}:$PATH`,
    ].join('\n'),
    services: nodeServices(settings),
  };
  return startBox(cgroups, plan.lab, box);
}

async function writeNodeFiles(settings: NodeSettings): Promise<void> {
  const { plan, labPki, dnsDomain, kubernetes, taints, providerId, binaries } = settings;
  const pki = join(plan.directory, 'pki');
  const etc = join(plan.directory, 'etc');
  mkdirSync(pki, { recursive: true, mode: 0o700 });
  mkdirSync(etc, { recursive: true });
  const ca = caCertificate(labPki);
  const [client, serving, proxy] = await Promise.all([
    signForCluster(labPki, {
      commonName: `system:node:${plan.name}`,
      organisations: ['system:nodes'],
      usages: ['client'],
    }),
    signForCluster(labPki, {
      commonName: `system:node:${plan.name}`,
      organisations: ['system:nodes'],
      usages: ['server'],
      dnsNames: [plan.name],
      addresses: [plan.address, '127.0.0.1'],
    }),
    signForCluster(labPki, { commonName: 'system:kube-proxy', usages: ['client'] }),
  ]);
  const secret = { mode: 0o600 };
  writeFileSync(join(pki, 'ca.crt'), ca);
  writeFileSync(join(pki, 'kubelet-serving.crt'), serving.certificatePem);
  writeFileSync(join(pki, 'kubelet-serving.key'), serving.keyPem, secret);
  writeFileSync(join(pki, 'kubelet.kubeconfig'), kubeconfig(API_IN_LAB, ca, client, plan.name), secret);
  writeFileSync(join(pki, 'kube-proxy.kubeconfig'), kubeconfig(API_IN_LAB, ca, proxy, 'kube-proxy'), secret);
  writeFileSync(join(etc, 'kubelet.json'), kubeletConfig({ pki, dnsDomain, kubernetes, taints, providerId }));
  writeFileSync(join(etc, 'kube-proxy.json'), kubeProxyConfig(join(pki, 'kube-proxy.kubeconfig'), kubernetes));
  const baseSpec = join(etc, 'base-spec.json');
  const leaks = settings.defect === 'devices-in-every-container';
  if (leaks) writeFileSync(baseSpec, await leakyRuntimeSpec(settings.accelerators?.devices ?? []));
  const containerd = containerdConfig(
    binaries.runc,
    binaries.cni,
    leaks ? baseSpec : undefined,
    settings.accelerators?.runtimes,
  );
  writeFileSync(join(etc, 'containerd.toml'), containerd);
  writeFileSync(join(etc, 'hosts.toml'), registryHosts());
  writeFileSync(join(etc, 'cni.conflist'), cniConfig(plan.podCidr));
}

function nodeServices(settings: NodeSettings): Service[] {
  const { plan, binaries, kubernetes } = settings;
  const etc = join(plan.directory, 'etc');
  const labels = { ...settings.accelerators?.labels, ...settings.labels };
  const kubelet = [
    `--config=${join(etc, 'kubelet.json')}`,
    `--kubeconfig=${join(plan.directory, 'pki', 'kubelet.kubeconfig')}`,
    `--hostname-override=${plan.name}`,
    `--node-ip=${plan.address}`,
    `--node-labels=${Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',')}`,
  ];
  const proxy = [`--config=${join(etc, 'kube-proxy.json')}`, `--hostname-override=${plan.name}`];
  return [
    { name: 'containerd', command: [binaries.containerd, '--config', join(etc, 'containerd.toml')], when: 'start' },
    { name: 'kubelet', command: [binaries.kube, 'kubelet', ...withFlags('kubelet', kubelet, kubernetes)] },
    { name: 'kube-proxy', command: [binaries.kube, 'kube-proxy', ...withFlags('kube-proxy', proxy, kubernetes)] },
    ...(settings.accelerators?.services ?? []),
  ];
}
