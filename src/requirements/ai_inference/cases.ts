import type { Case } from '../../case-kit/index.ts';
import { apiIsServed } from './api-is-served.ts';
import { classIsAccepted } from './class-is-accepted.ts';
import { headersDecide, nothingUnaskedIsServed, weightsAreFollowed } from './traffic-cases.ts';

/** Traffic management for inference by the Gateway API (no KAR): R0 to R4 of the design; R1 is part of each case with traffic. */
export const cases: readonly Case[] = [
  apiIsServed,
  classIsAccepted,
  weightsAreFollowed,
  headersDecide,
  nothingUnaskedIsServed,
];
