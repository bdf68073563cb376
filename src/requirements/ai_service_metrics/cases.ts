import type { Case } from '../../case-kit/index.ts';
import { collectedWhenAsked } from './collected-when-asked.ts';
import { exactValues } from './exact-values.ts';
import { followsTheReplicas } from './follows-the-replicas.ts';
import { staysFresh } from './stays-fresh.ts';
import { storeAnswers } from './store-answers.ts';

/** AI service metrics (KAR-0061): R0; R1, N1; R2; R3; R4 of the design, for each collector, of which one suffices. */
export const cases: readonly Case[] = [storeAnswers, collectedWhenAsked, exactValues, followsTheReplicas, staysFresh];
