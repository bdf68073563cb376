import type { RequirementId } from './requirement-facts.ts';

/** Identifies an official description without containing it. */
export interface DescriptionPin {
  /** Length in characters; all descriptions are ASCII, so bytes too. */
  readonly length: number;
  /** sha256 (hex) of the description as decoded from YAML. No description has white space to squeeze. */
  readonly sha256: string;
}

/** First version that has these pins; a later row for the same id replaces the earlier from its version on. */
export const DESCRIPTION_PINS: readonly (readonly [
  since: string,
  id: RequirementId,
  length: number,
  sha256: string,
])[] = [
  ['1.33', 'dra_support', 127, 'e4cb3f99411a6a3ac7b05044c7e84935b6281401abdaa8c24c73144ca21197f2'],
  ['1.33', 'ai_inference', 271, '9483255c30d9a7f0fcb800ec95a4327691e54091c9027129b5c3648672bf5255'],
  ['1.33', 'gang_scheduling', 321, 'd01c4301e66e510703601ca3f39e82b754d8c2a38e6ab4dc5f8126b421815b65'],
  ['1.33', 'cluster_autoscaling', 209, 'c86a7d94c11d0479e65b896f7a2a6bb2347f54b635e471fcf2c5130a88975614'],
  ['1.33', 'pod_autoscaling', 212, '67f2e1a42ad2c3247cad823f59add382980e563f2295c7a814814539a99921de'],
  ['1.33', 'accelerator_metrics', 730, 'cef15a8fccb441d27663a0ea777a14a4ec660b1c5054cfa97e2cc8f5d68079cc'],
  ['1.33', 'ai_service_metrics', 259, '9257523e3d057adf64e59e94b61b262ac7b4af31e7310f8d3103447a8792c795'],
  ['1.33', 'secure_accelerator_access', 251, '04aeb50eed2527d537cc9cbfa70168681d57c6875ab18ab1fabe421488b61d09'],
  ['1.33', 'robust_controller', 273, '36fded3f8c762ecc8ced404c6b5f59c2544e241940a5a6850ba39a2e8127ea0b'],
  ['1.35', 'driver_runtime_management', 356, 'd1a149d7512ef0c3d267796d622894de824db82bdf225e63babd1cfe10c0fa5d'],
  ['1.35', 'gpu_sharing', 809, '4153fa81f547e6471f8a785a72759d3973ac1cbe8d425e7dd393f69585c7de56'],
  ['1.35', 'virtualized_accelerator', 351, 'c7a8b84585cd43fd161e6b9b41c125adc9efda882ac16d08b6c72ba0defbcf4d'],
  ['1.36', 'advanced_inference_ingress', 327, 'e573844ca6dcb4248d82212aa137f978aadce448f1419d8002e88e6edb864de1'],
  ['1.36', 'high_performance_networking', 445, '37caa1678e6b6a633bcfe7ce6f15815417c420d6ecbc9a5d31a4a0c4875306bc'],
  ['1.36', 'disaggregated_inference', 590, '7a6cf508078f4517ef48bcaab261e0e10eb6a32a970615d863373096feda8e78'],
  ['1.37', 'accelerator_metrics', 730, '40ad7f8c44cf96c24c1eecbbae307cb68c2ac00c102a3652f0b289ce34e5d60e'],
  ['1.37', 'workload_sandboxing', 315, '16407da8a579db0b85b8d41d1183ecbd397fbc1efd6df6a01ada8c2da7e06551'],
];

/** The pin of an id in a version, undefined when no row is old enough. */
export function descriptionPin(id: RequirementId, version: string): DescriptionPin | undefined {
  const rows = DESCRIPTION_PINS.filter(([since, rowId]) => rowId === id && minor(since) <= minor(version));
  const last = rows.at(-1);
  return last && { length: last[2], sha256: last[3] };
}

function minor(version: string): number {
  return Number(version.split('.')[1]);
}
