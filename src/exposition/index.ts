/** The public face of this folder. */
export { MOST_BYTES } from './body-kind.ts';
export { decodeExposition } from './decode.ts';
export { parseExposition } from './parse-exposition.ts';
export type { Exposition, Problem, Sample } from './sample.ts';
export { sampleKey } from './sample.ts';
