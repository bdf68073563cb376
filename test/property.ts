import fc from 'fast-check';
import { SEED } from './seed.ts';

// The same documents, schedules and texts in every run, so that a change is what turned a test red; what failed is told with its seed.
fc.configureGlobal({ seed: SEED });

/** fast-check with the seed of this run (`PLIMSOLL_SEED`). Property tests take it from here. */
export default fc;
