import type { Accelerator } from './accelerator.ts';

/**
 * Which devices a container is really given when it was allocated `asked`. The driver takes this as a parameter so that a
 * deliberately defective one (a leak, a double allocation) can be put in its place; the lab itself knows only `exactly`.
 */
export type Grant = (asked: readonly Accelerator[], all: readonly Accelerator[]) => readonly Accelerator[];

/** What was allocated, nothing else. */
export const exactly: Grant = (asked) => asked;
