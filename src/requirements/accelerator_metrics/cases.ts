import type { Case } from '../../case-kit/index.ts';
import { everyDeviceIsMeasured } from './every-device-is-measured.ts';
import { loadShowsOnItsDevice } from './load-shows-on-its-device.ts';

/** Accelerator metrics (KAR-0059): R1-R4 and R6 of the design. */
export const cases: readonly Case[] = [everyDeviceIsMeasured, loadShowsOnItsDevice];
