import { featureGates, type KubernetesOptions } from '../control-plane/flags.ts';
import { DNS_SERVICE, PODS } from '../network/addresses.ts';

/** A taint as the kubelet registers it. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** The part of a node that its kubelet's configuration depends on. */
export interface KubeletSettings {
  readonly pki: string;
  readonly dnsDomain: string;
  readonly kubernetes: KubernetesOptions;
  readonly taints: readonly Taint[];
  readonly providerId: string;
}

/** KubeletConfiguration, as JSON (which is YAML). The reasons of the odd fields stand beside them. */
export function kubeletConfig(settings: KubeletSettings): string {
  const config = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '0.0.0.0',
    authentication: {
      anonymous: { enabled: false },
      x509: { clientCAFile: `${settings.pki}/ca.crt` },
      webhook: { enabled: true, cacheTTL: '10s' },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: `${settings.pki}/kubelet-serving.crt`,
    tlsPrivateKeyFile: `${settings.pki}/kubelet-serving.key`,
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    cgroupDriver: 'cgroupfs',
    // The lab also runs on machines with cgroups of version 1, which a kubelet refuses unless told otherwise.
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: ['pods'],
    // The machine's disk is shared with everything else on it: a full disk is not the node's to solve by evicting pods.
    evictionHard: {
      'memory.available': '0%',
      'nodefs.available': '0%',
      'imagefs.available': '0%',
      'nodefs.inodesFree': '0%',
    },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    // Else an image is pulled again after the same digest was pulled under another name.
    imagePullCredentialsVerificationPolicy: 'NeverVerify',
    serializeImagePulls: false,
    clusterDNS: [DNS_SERVICE],
    clusterDomain: settings.dnsDomain,
    resolvConf: '/etc/resolv.conf',
    podCIDR: PODS,
    volumePluginDir: '/var/lib/kubelet/volumeplugins',
    staticPodPath: '',
    makeIPTablesUtilChains: false,
    // Quick rather than thrifty: mounted Secrets and node states are seen within two seconds.
    syncFrequency: '2s',
    nodeStatusUpdateFrequency: '1s',
    nodeStatusReportFrequency: '1m',
    configMapAndSecretChangeDetectionStrategy: 'Watch',
    registryPullQPS: 0,
    eventRecordQPS: 0,
    shutdownGracePeriod: '0s',
    registerWithTaints: settings.taints,
    providerID: settings.providerId,
    featureGates: featureGates(settings.kubernetes),
    maxPods: 200,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/** KubeProxyConfiguration. The conntrack settings are not writable in a network namespace, 0 leaves them alone. */
export function kubeProxyConfig(kubeconfig: string, kubernetes: KubernetesOptions): string {
  const config = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clusterCIDR: PODS,
    detectLocalMode: 'ClusterCIDR',
    clientConnection: { kubeconfig },
    conntrack: {
      maxPerCore: 0,
      min: 0,
      tcpEstablishedTimeout: '0s',
      tcpCloseWaitTimeout: '0s',
      udpTimeout: '0s',
      udpStreamTimeout: '0s',
    },
    nftables: { minSyncPeriod: '100ms', syncPeriod: '30s' },
    featureGates: featureGates(kubernetes),
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
