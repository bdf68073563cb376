import type { Case } from '../../case-kit/index.ts';
import { allOrNothing } from './all-or-nothing.ts';
import { twoGangs } from './two-gangs.ts';
import { withinQuota } from './within-quota.ts';

/** Gang scheduling (KAR-0053): P1, C1, N1, R; N2; D of the design, for each solution, of which one suffices. */
export const cases: readonly Case[] = [allOrNothing, withinQuota, twoGangs];
