import { join } from 'node:path';
import { API_PORT, CONTROL_PLANE_ADDRESS, PODS, SERVICES } from '../network/addresses.ts';
import type { Service } from '../node/node.ts';
import { featureGateFlag, type KubernetesOptions, withFlags } from './flags.ts';

/** What the command lines of the control plane are made from. */
export interface ControlPlaneSettings {
  readonly binaries: Readonly<Record<'kube' | 'etcd' | 'registry', string>>;
  readonly pki: string;
  readonly directory: string;
  /** Folder of the registry's blobs; shared by all labs, because blobs are named by their digest. */
  readonly blobs: string;
  readonly dnsDomain: string;
  readonly kubernetes: KubernetesOptions;
  /** File with an AdmissionConfiguration, where the API server is to have one. */
  readonly admission?: string;
}

/** The processes of a control plane. Each is started at once: they wait for one another by themselves. */
export function controlPlaneServices(settings: ControlPlaneSettings): Service[] {
  return [etcd(settings), apiServer(settings), controllerManager(settings), scheduler(settings), registry(settings)];
}

function kubernetes(
  settings: ControlPlaneSettings,
  component: 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler',
  flags: readonly string[],
): Service {
  const own = [...flags, featureGateFlag(settings.kubernetes)];
  return {
    name: component.slice('kube-'.length),
    command: [settings.binaries.kube, component, ...withFlags(component, own, settings.kubernetes)],
    when: 'start',
  };
}

function etcd({ binaries, pki, directory, kubernetes: options }: ControlPlaneSettings): Service {
  const flags = [
    '--name=lab',
    `--data-dir=${join(directory, 'etcd')}`,
    '--listen-client-urls=https://127.0.0.1:2379',
    '--advertise-client-urls=https://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:2380',
    '--initial-advertise-peer-urls=http://127.0.0.1:2380',
    '--initial-cluster=lab=http://127.0.0.1:2380',
    '--listen-metrics-urls=http://127.0.0.1:2381',
    `--cert-file=${join(pki, 'etcd.crt')}`,
    `--key-file=${join(pki, 'etcd.key')}`,
    `--trusted-ca-file=${join(pki, 'etcd-ca.crt')}`,
    '--client-cert-auth=true',
    '--log-level=warn',
    // The lab does not outlive a crash of the machine, so nothing has to reach the disk.
    '--unsafe-no-fsync=true',
  ];
  return { name: 'etcd', command: [binaries.etcd, ...withFlags('etcd', flags, options)], when: 'start' };
}

function apiServer(settings: ControlPlaneSettings): Service {
  const { pki, dnsDomain, admission } = settings;
  const file = (name: string): string => join(pki, name);
  return kubernetes(settings, 'kube-apiserver', [
    `--advertise-address=${CONTROL_PLANE_ADDRESS}`,
    '--bind-address=0.0.0.0',
    `--secure-port=${API_PORT}`,
    '--etcd-servers=https://127.0.0.1:2379',
    `--etcd-cafile=${file('etcd-ca.crt')}`,
    `--etcd-certfile=${file('etcd-client.crt')}`,
    `--etcd-keyfile=${file('etcd-client.key')}`,
    `--client-ca-file=${file('ca.crt')}`,
    `--tls-cert-file=${file('apiserver.crt')}`,
    `--tls-private-key-file=${file('apiserver.key')}`,
    `--kubelet-client-certificate=${file('kubelet-client.crt')}`,
    `--kubelet-client-key=${file('kubelet-client.key')}`,
    `--kubelet-certificate-authority=${file('ca.crt')}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--service-account-issuer=https://kubernetes.default.svc.${dnsDomain}`,
    `--service-account-key-file=${file('sa.pub')}`,
    `--service-account-signing-key-file=${file('sa.key')}`,
    `--service-cluster-ip-range=${SERVICES}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    ...(admission === undefined ? [] : [`--admission-control-config-file=${admission}`]),
    '--allow-privileged=true',
    `--requestheader-client-ca-file=${file('front-proxy-ca.crt')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-username-headers=X-Remote-User',
    `--proxy-client-cert-file=${file('front-proxy-client.crt')}`,
    `--proxy-client-key-file=${file('front-proxy-client.key')}`,
    // No kube-proxy runs beside the control plane: APIServices and webhooks are reached at their pods.
    '--enable-aggregator-routing=true',
    '--runtime-config=api/all=true',
    '--profiling=false',
  ]);
}

function controllerManager(settings: ControlPlaneSettings): Service {
  const file = (name: string): string => join(settings.pki, name);
  return kubernetes(settings, 'kube-controller-manager', [
    ...clients(file('controller-manager.kubeconfig')),
    `--client-ca-file=${file('ca.crt')}`,
    `--requestheader-client-ca-file=${file('front-proxy-ca.crt')}`,
    `--root-ca-file=${file('ca.crt')}`,
    `--cluster-signing-cert-file=${file('ca.crt')}`,
    `--cluster-signing-key-file=${file('ca.key')}`,
    `--service-account-private-key-file=${file('sa.key')}`,
    '--use-service-account-credentials=true',
    '--allocate-node-cidrs=false',
    `--cluster-cidr=${PODS}`,
    '--controllers=*,bootstrapsigner,tokencleaner',
    // A node whose plug was pulled is noticed in seconds, and metrics are looked at as often.
    '--node-monitor-period=2s',
    '--node-monitor-grace-period=20s',
    '--horizontal-pod-autoscaler-sync-period=2s',
    '--profiling=false',
  ]);
}

function scheduler(settings: ControlPlaneSettings): Service {
  const file = (name: string): string => join(settings.pki, name);
  return kubernetes(settings, 'kube-scheduler', [
    ...clients(file('scheduler.kubeconfig')),
    `--client-ca-file=${file('ca.crt')}`,
    `--requestheader-client-ca-file=${file('front-proxy-ca.crt')}`,
    '--profiling=false',
  ]);
}

/** The default of 20 requests a second makes the controller manager, with its 40 controllers, 5 s late. */
function clients(kubeconfig: string): string[] {
  return [
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
  ];
}

function registry({ binaries, blobs }: ControlPlaneSettings): Service {
  return {
    name: 'registry',
    command: [binaries.registry, `-listen=${CONTROL_PLANE_ADDRESS}:5000`, `-blobs=${blobs}`],
    when: 'start',
  };
}
