import type { Case } from '../../case-kit/index.ts';
import { cpuAloneMovesNothing, withoutItsMetricNothingMoves } from './beside-the-metric-cases.ts';
import { metricArrives, scalesDown, scalesUp, steadyAtTheTarget, stopsAtTheMost } from './up-and-down-cases.ts';

/** Pod autoscaling (KAR-0057): P0-P4 on pods with accelerators, N1 and N2 beside them. */
export const cases: readonly Case[] = [
  metricArrives,
  steadyAtTheTarget,
  scalesUp,
  stopsAtTheMost,
  scalesDown,
  withoutItsMetricNothingMoves,
  cpuAloneMovesNothing,
];
