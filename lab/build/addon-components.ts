import type { Component } from './components.ts';

/** What add-ons run in pods (lab/addons). Their modules share core's versions (lab/go/align.sh). */
export const ADDON_COMPONENTS: readonly Component[] = [
  { name: 'kueue', module: 'controllers', package: 'sigs.k8s.io/kueue/cmd/kueue', coldSeconds: 100 },
  {
    name: 'prometheus',
    module: 'prometheus',
    package: 'github.com/prometheus/prometheus/cmd/prometheus',
    // Only the discovery that the operator configures; the others bring every cloud's SDK.
    tags: ['remove_all_sd', 'enable_kubernetes_sd'],
    coldSeconds: 60,
  },
  {
    name: 'prometheus-operator',
    module: 'prometheus-operator',
    package: 'github.com/prometheus-operator/prometheus-operator/cmd/operator',
    coldSeconds: 20,
  },
  {
    name: 'prometheus-config-reloader',
    module: 'prometheus-operator',
    package: 'github.com/prometheus-operator/prometheus-operator/cmd/prometheus-config-reloader',
    coldSeconds: 5,
  },
  {
    name: 'prometheus-adapter',
    module: 'prometheus-adapter',
    package: 'sigs.k8s.io/prometheus-adapter/cmd/adapter',
    coldSeconds: 20,
  },
  { name: 'traefik', module: 'traefik', package: 'github.com/traefik/traefik/v3/cmd/traefik', coldSeconds: 95 },
  {
    name: 'envoy-gateway',
    module: 'envoy-gateway',
    package: 'github.com/envoyproxy/gateway/cmd/envoy-gateway',
    coldSeconds: 250,
  },
  { name: 'jobset', module: 'controllers', package: 'sigs.k8s.io/jobset', coldSeconds: 3 },
  {
    name: 'trainer',
    module: 'controllers',
    package: 'github.com/kubeflow/trainer/v2/cmd/trainer-controller-manager',
    coldSeconds: 2,
  },
  {
    name: 'kuberay',
    module: 'controllers',
    package: 'github.com/ray-project/kuberay/ray-operator',
    coldSeconds: 4,
  },
  { name: 'kwok', module: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok', coldSeconds: 6 },
  { name: 'karpenter', module: 'karpenter', package: '.', coldSeconds: 15 },
  { name: 'accelerator-exporter', module: 'exporter', package: '.', coldSeconds: 5 },
];
