import type { Case } from '../../case-kit/index.ts';
import { adminAccessNeedsALabel } from './admin-access-needs-a-label.ts';
import { betweenTwoPods } from './between-two-pods.ts';
import { noMoreThanThereAre } from './no-more-than-there-are.ts';
import { noRequestNoAccess } from './no-request-no-access.ts';
import { noWayRoundByEnvironment } from './no-way-round-by-environment.ts';
import { onlyWhatWasGranted } from './only-what-was-granted.ts';
import { otherContainersOfThePod } from './other-containers-of-the-pod.ts';

/** Secure accelerator access (KAR-0049): S1-S8 of the design, each both ways. */
export const cases: readonly Case[] = [
  onlyWhatWasGranted,
  noRequestNoAccess,
  noWayRoundByEnvironment,
  otherContainersOfThePod,
  betweenTwoPods,
  noMoreThanThereAre,
  adminAccessNeedsALabel,
];
