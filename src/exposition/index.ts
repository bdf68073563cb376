/** The public face of this folder. */
export { parseExposition } from './parse-exposition.ts';
export type { Exposition, Sample } from './sample.ts';
export { sampleKey } from './sample.ts';
