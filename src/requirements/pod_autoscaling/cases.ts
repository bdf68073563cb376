import type { Case } from '../../case-kit/index.ts';
import { cpuAloneMovesNothing } from './cpu-alone-moves-nothing.ts';
import { metricArrives } from './metric-arrives.ts';
import { scalesDown } from './scales-down.ts';
import { scalesUp } from './scales-up.ts';
import { steadyAtTheTarget } from './steady-at-the-target.ts';
import { stopsAtTheMost } from './stops-at-the-most.ts';
import { withoutItsMetricNothingMoves } from './without-its-metric-nothing-moves.ts';

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
