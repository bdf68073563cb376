import { exporterObjects } from '../exporter-objects.ts';
import type { SetupObject } from './setup.ts';

/** Node label that says which exporter is to run there. */
const METRICS_LABEL = 'lab.plimsoll.dev/metrics';

/** How the lab's exporter can speak (lab/go/exporter/shapes.go), and under which name, where and at which port the vendor's is installed. */
const SHAPES = {
  'dcgm-3': { name: 'dcgm-exporter', namespace: 'monitoring', port: 9400 },
  'dcgm-4': { name: 'nvidia-dcgm-exporter', namespace: 'gpu-operator', port: 9400 },
  'dcgm-4.9': { name: 'dcgm-exporter', namespace: 'dcgm', port: 9400 },
  amd: { name: 'device-metrics-exporter', namespace: 'kube-amd-gpu', port: 5000 },
  'amd-cpx': { name: 'default-metrics-exporter', namespace: 'amd-gpu-operator', port: 5000 },
  gaudi: { name: 'metric-exporter', namespace: 'habana-ai-operator', port: 41611 },
  neuron: { name: 'neuron-monitor', namespace: 'neuron-monitor', port: 8000 },
  ascend: { name: 'npu-exporter', namespace: 'npu-exporter', port: 8082 },
  'xpum-1': { name: 'intel-xpumanager', namespace: 'intel-xpum', port: 29999 },
  'xpum-2': { name: 'xpumd', namespace: 'intel-xpumd', port: 29999 },
  gke: { name: 'tpu-device-plugin', namespace: 'gke-managed-accelerators', port: 2112 },
} as const;
export type MetricsShape = keyof typeof SHAPES;

/** The label of nodes whose exporter speaks like that. */
export function metricsLabel(shape: MetricsShape): Record<string, string> {
  return { [METRICS_LABEL]: shape };
}

/** The exporter as that vendor installs it, on the nodes with its label. */
export function metricsObjects(shape: MetricsShape): readonly SetupObject[] {
  return exporterObjects({
    ...SHAPES[shape],
    nodeLabel: { key: METRICS_LABEL, value: shape },
    args: [`--shape=${shape}`],
  });
}
