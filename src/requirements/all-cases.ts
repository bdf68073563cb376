import type { Case } from '../case-kit/index.ts';
import { cases as acceleratorMetrics } from './accelerator_metrics/cases.ts';
import { cases as aiInference } from './ai_inference/cases.ts';
import { cases as aiServiceMetrics } from './ai_service_metrics/cases.ts';
import { cases as clusterAutoscaling } from './cluster_autoscaling/cases.ts';
import { cases as draSupport } from './dra_support/cases.ts';
import { cases as gangScheduling } from './gang_scheduling/cases.ts';
import { cases as podAutoscaling } from './pod_autoscaling/cases.ts';
import { cases as robustController } from './robust_controller/cases.ts';
import { cases as secureAcceleratorAccess } from './secure_accelerator_access/cases.ts';

/** Every case that this tool has, by requirement. */
export const ALL_CASES: readonly Case[] = [
  ...acceleratorMetrics,
  ...aiInference,
  ...aiServiceMetrics,
  ...clusterAutoscaling,
  ...draSupport,
  ...gangScheduling,
  ...podAutoscaling,
  ...robustController,
  ...secureAcceleratorAccess,
];
