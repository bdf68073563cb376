import type { Case } from '../../case-kit/index.ts';
import { apiIsServed } from './api-is-served.ts';
import { deviceByAttribute } from './device-by-attribute.ts';
import { firstAvailable } from './first-available.ts';
import { invalidObjects } from './invalid-objects.ts';
import { objectLifecycle } from './object-lifecycle.ts';
import { oneClaimForTwoPods } from './one-claim-for-two-pods.ts';
import { schedulerHonoursClaims } from './scheduler-honours-claims.ts';

/** Dynamic Resource Allocation (KAR-0051): R1 (two cases), R2, R3 and R4 of the design; beside them, deciding nothing, two things that devices are asked for by. */
export const cases: readonly Case[] = [
  apiIsServed,
  objectLifecycle,
  invalidObjects,
  schedulerHonoursClaims,
  deviceByAttribute,
  oneClaimForTwoPods,
  firstAvailable,
];
