import type { Case } from '../../case-kit/index.ts';
import { controllerRuns } from './controller-runs.ts';
import { reconcileCase } from './reconciles-and-repairs.ts';
import { survivesRestart } from './survives-restart.ts';
import { webhookCase } from './webhook-decides.ts';

/** Robust operators (KAR-0063): R1+R2, R3, R4+R5, R6 of the design for each operator, of which one suffices; supporting ones beside. */
export const cases: readonly Case[] = [
  controllerRuns,
  webhookCase({ id: 'robust_controller/webhook-decides', kind: 'required' }, 'operator'),
  reconcileCase({ id: 'robust_controller/reconciles-and-repairs', kind: 'required' }, 'operator'),
  survivesRestart,
  webhookCase({ id: 'robust_controller/supporting-webhook-decides', kind: 'extended' }, 'support'),
  reconcileCase({ id: 'robust_controller/supporting-reconciles', kind: 'extended' }, 'support'),
];
