import type { Case } from '../../case-kit/index.ts';
import { grows } from './grows.ts';
import { growsForNothingElse } from './grows-for-nothing-else.ts';
import { keepsWhatIsUsed } from './keeps-what-is-used.ts';
import { shrinksAgain } from './shrinks-again.ts';

/** cluster_autoscaling: one act, four things asked of it. */
export const cases: readonly Case[] = [grows, growsForNothingElse, keepsWhatIsUsed, shrinksAgain];
