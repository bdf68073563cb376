/** Top-level lists of a checklist's `spec`, in the order in which the checklists write them. */
export const CATEGORIES = [
  'accelerators',
  'networking',
  'schedulingOrchestration',
  'observability',
  'security',
  'operator',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** What is the same for a requirement in every version that has it. */
export interface RequirementFacts {
  readonly category: Category;
  /** A short name in our own words. */
  readonly title: string;
  /** Number of the proposal (Kubernetes AI Requirement) behind it, `0053`; undefined when it has none. */
  readonly kar: string | undefined;
  /** Our own words for the circumstance under which it applies at all; undefined when it always applies. */
  readonly condition: string | undefined;
  /** The test that the official validator (since 2026-09) looks for in a cited artifact without a `#fragment`. */
  readonly automatedTest: string | undefined;
  /** The test of the official suite that exercises it, whether or not the validator knows that. */
  readonly suiteTest: string | undefined;
}

const always = { condition: undefined, automatedTest: undefined, suiteTest: undefined } as const;

/** Every requirement of the checklists 1.33-1.37 by id. */
export const REQUIREMENTS = {
  dra_support: { ...always, category: 'accelerators', title: 'Dynamic Resource Allocation API', kar: '0051' },
  driver_runtime_management: {
    ...always,
    category: 'accelerators',
    title: 'Accelerator drivers and runtime can be verified',
    kar: '0001',
    suiteTest: 'TestAcceleratorDriverRuntimeManagement',
  },
  gpu_sharing: {
    ...always,
    category: 'accelerators',
    title: 'One accelerator shared by several workloads',
    kar: '0003',
    condition: 'an accelerator can be shared statically',
  },
  virtualized_accelerator: {
    ...always,
    category: 'accelerators',
    title: 'Virtual accelerators exposed and managed',
    kar: '0004',
    condition: 'an accelerator can be virtualised',
  },
  ai_inference: {
    ...always,
    category: 'networking',
    title: 'Gateway API: traffic by weight and by header',
    kar: undefined,
  },
  advanced_inference_ingress: {
    ...always,
    category: 'networking',
    title: 'Gateway API Inference Extension',
    kar: '0011',
  },
  high_performance_networking: {
    ...always,
    category: 'networking',
    title: 'Fast pod networks as schedulable resources',
    kar: '0010',
    condition: 'workloads need high-performance pod-to-pod networking',
  },
  disaggregated_inference: {
    ...always,
    category: 'networking',
    title: 'Prefill and decode run separately',
    kar: '0041',
  },
  gang_scheduling: {
    ...always,
    category: 'schedulingOrchestration',
    title: 'Gangs of pods start all together or not at all',
    kar: '0053',
    automatedTest: 'TestGangScheduling',
    suiteTest: 'TestGangScheduling',
  },
  cluster_autoscaling: {
    ...always,
    category: 'schedulingOrchestration',
    title: 'Accelerator nodes come and go with pending pods',
    kar: '0055',
    condition: 'the platform has a cluster autoscaler or its like',
    automatedTest: 'TestAcceleratorClusterAutoscaling',
    suiteTest: 'TestAcceleratorClusterAutoscaling',
  },
  pod_autoscaling: {
    ...always,
    category: 'schedulingOrchestration',
    title: 'Accelerator pods scale on custom metrics',
    kar: '0057',
    condition: 'the platform supports HorizontalPodAutoscaler',
    suiteTest: 'TestAcceleratorHorizontalPodAutoscaling',
  },
  accelerator_metrics: {
    ...always,
    category: 'observability',
    title: 'Metrics of each accelerator',
    kar: '0059',
    condition: 'the platform supports the accelerator type',
    suiteTest: 'TestAcceleratorPerformanceMetrics',
  },
  ai_service_metrics: {
    ...always,
    category: 'observability',
    title: 'Metrics of AI workloads are found and collected',
    kar: '0061',
    suiteTest: 'TestAIServiceMetrics',
  },
  secure_accelerator_access: {
    ...always,
    category: 'security',
    title: 'A container reaches its own accelerators only',
    kar: '0049',
    automatedTest: 'TestSecureAcceleratorAccess',
    suiteTest: 'TestSecureAcceleratorAccess',
  },
  workload_sandboxing: {
    ...always,
    category: 'security',
    title: 'Untrusted code runs in a sandbox',
    kar: '0020',
    suiteTest: 'TestWorkloadSandboxing',
  },
  robust_controller: {
    ...always,
    category: 'operator',
    title: 'A complex AI operator works',
    kar: '0063',
    suiteTest: 'TestRobustCRDControllerOperation',
  },
} as const satisfies Readonly<Record<string, RequirementFacts>>;

export type RequirementId = keyof typeof REQUIREMENTS;
