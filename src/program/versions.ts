import type { RequirementId } from './requirement-facts.ts';

export type Level = 'MUST' | 'SHOULD';

/** What differs from one version of the checklist to the next. */
export interface VersionFacts {
  /** Path of the official file inside a checkout of the programme. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Keys under `metadata`, in order. */
  readonly metadataKeys: readonly string[];
  /** Requirements in the order of the file. */
  readonly requirements: readonly (readonly [RequirementId, Level])[];
}

const METADATA_KEYS = [
  'kubernetesVersion',
  'platformName',
  'platformVersion',
  'vendorName',
  'websiteUrl',
  'repoUrl',
  'documentationUrl',
  'productLogoUrl',
  'description',
  'contactEmailAddress',
] as const;

/** Every key that some template has had under `metadata`, in order. */
export const ALL_METADATA_KEYS = [...METADATA_KEYS, 'k8sConformanceUrl'] as const;

const COMMON_MUSTS = [
  ['gang_scheduling', 'MUST'],
  ['cluster_autoscaling', 'MUST'],
  ['pod_autoscaling', 'MUST'],
  ['accelerator_metrics', 'MUST'],
  ['ai_service_metrics', 'MUST'],
  ['secure_accelerator_access', 'MUST'],
] as const satisfies VersionFacts['requirements'];
const ACCELERATOR_SHOULDS = [
  ['driver_runtime_management', 'SHOULD'],
  ['gpu_sharing', 'SHOULD'],
  ['virtualized_accelerator', 'SHOULD'],
] as const satisfies VersionFacts['requirements'];
const NETWORKING = [
  ['ai_inference', 'MUST'],
  ['advanced_inference_ingress', 'SHOULD'],
  ['high_performance_networking', 'SHOULD'],
  ['disaggregated_inference', 'SHOULD'],
] as const satisfies VersionFacts['requirements'];

/** The published checklists. `sha256` and `bytes` are of the file at cncf/k8s-ai-conformance b2c8969 (1.37: 287b44f). */
export const VERSIONS = {
  '1.33': {
    file: 'docs/AIConformance-1.33.yaml',
    bytes: 4586,
    sha256: '6c32256c2fc3429c9770a828f3b642bc9fb04229503c632c2a7bea9a705ff949',
    metadataKeys: METADATA_KEYS,
    requirements: [['dra_support', 'SHOULD'], ['ai_inference', 'MUST'], ...COMMON_MUSTS, ['robust_controller', 'MUST']],
  },
  '1.34': {
    file: 'docs/AIConformance-1.34.yaml',
    bytes: 4584,
    sha256: '5c85273d76ca69c97d0f1e01af26c495c704307a149726af976c8350a2790214',
    metadataKeys: METADATA_KEYS,
    requirements: [['dra_support', 'MUST'], ['ai_inference', 'MUST'], ...COMMON_MUSTS, ['robust_controller', 'MUST']],
  },
  '1.35': {
    file: 'docs/AIConformance-1.35.yaml',
    bytes: 6611,
    sha256: 'cf87915a9bcf977bb9c61298bc60afa0f062d1c3aad0a2d3dcefcdf1fa644693',
    // Only this template names the key, although the official validator demands it in every version.
    metadataKeys: ALL_METADATA_KEYS,
    requirements: [
      ['dra_support', 'MUST'],
      ...ACCELERATOR_SHOULDS,
      ['ai_inference', 'MUST'],
      ...COMMON_MUSTS,
      ['robust_controller', 'MUST'],
    ],
  },
  '1.36': {
    file: 'docs/AIConformance-1.36.yaml',
    bytes: 7813,
    sha256: '43d8b708956c69f8a87a426c8c883e0e845588db173d94d707209397dad06170',
    metadataKeys: METADATA_KEYS,
    requirements: [...ACCELERATOR_SHOULDS, ...NETWORKING, ...COMMON_MUSTS, ['robust_controller', 'MUST']],
  },
  '1.37': {
    file: 'docs/AIConformance-1.37.yaml',
    bytes: 8918,
    sha256: '8d56838e47e17e4ba6a5e013f16f6711a6f4180b8545cd908199231f43fa8f96',
    metadataKeys: METADATA_KEYS,
    requirements: [
      ...ACCELERATOR_SHOULDS,
      ...NETWORKING,
      ...COMMON_MUSTS,
      ['workload_sandboxing', 'SHOULD'],
      ['robust_controller', 'MUST'],
    ],
  },
} as const satisfies Readonly<Record<string, VersionFacts>>;

export type Version = keyof typeof VERSIONS;
