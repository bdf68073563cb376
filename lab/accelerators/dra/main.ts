import { runDraDriver } from './run-dra-driver.ts';

await runDraDriver();
