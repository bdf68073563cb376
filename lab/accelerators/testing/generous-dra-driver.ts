import { runDraDriver } from '../dra/run-dra-driver.ts';

/** Deliberately defective: whoever claims one device is given all of them. */
await runDraDriver((_asked, all) => all);
