import type { Case } from '../../case-kit/index.ts';
import { controllerRuns } from './controller-runs.ts';
import { reconcilesAndRepairs, supportingReconciles } from './reconciles-and-repairs.ts';
import { survivesRestart } from './survives-restart.ts';
import { supportingWebhookDecides, webhookDecides } from './webhook-decides.ts';

/** Robust operators (KAR-0063): R1+R2, R3, R4+R5, R6 of the design for each operator, of which one suffices; supporting ones beside. */
export const cases: readonly Case[] = [
  controllerRuns,
  webhookDecides,
  reconcilesAndRepairs,
  survivesRestart,
  supportingWebhookDecides,
  supportingReconciles,
];
