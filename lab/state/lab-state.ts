import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { PlimsollError } from '../../src/errors.ts';
import type { LabDirectory } from './lab-directory.ts';

const taint = z.object({
  key: z.string(),
  value: z.string().exactOptional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
});
const identity = z.object({ pid: z.number().int().positive(), startTime: z.string() });

/**
 * What is remembered of a lab. It is written before the work it names begins, but teardown does not need it: cgroups,
 * namespaces and devices are found by the lab's name and folder (teardown.ts).
 */
const labState = z.object({
  version: z.literal(1),
  name: z.string(),
  boot: z.string(),
  createdAt: z.string(),
  phase: z.enum(['starting', 'running']),
  dnsDomain: z.string(),
  /** Ports on 127.0.0.1 that lead into the control plane's namespace. */
  ports: z.object({ api: z.number().int(), registry: z.number().int() }),
  /** PID 1 of the control plane, in whose network namespace the switch is. */
  controlPlane: identity.optional(),
  /** `--feature-gates` and `--kubernetes-flag` as given, for nodes that are added later. */
  featureGates: z.record(z.string(), z.boolean()),
  kubernetesFlags: z.record(z.string(), z.array(z.string())),
  /** `--taint-accelerator-nodes`, for nodes that are added later and for add-ons. */
  acceleratorTaints: z.array(taint).default([]),
  /** What `lab up` was asked for, to tell a repeated call from a different one. */
  request: z.string(),
  addons: z.array(z.string()),
});
export type LabState = z.infer<typeof labState>;

/** The state of a lab; undefined when there is none, or none that can be read (a lab that was cut off). */
export function readLabState(lab: LabDirectory): LabState | undefined {
  let text: string;
  try {
    text = readFileSync(lab.state, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return labState.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The state of a lab that has to be there. @throws PlimsollError `lab-missing` */
export function requireLabState(lab: LabDirectory): LabState {
  const state = readLabState(lab);
  if (!state) {
    throw new PlimsollError(
      'lab-missing',
      `there is no lab "${lab.name}" (looked for ${lab.state})`,
      'Bring it up with `plimsoll lab up`, or name another one with --name (`plimsoll lab status` lists them).',
    );
  }
  return state;
}

/** Writes the state so that a reader sees the old one or the new one, never half of it. */
export function writeLabState(lab: LabDirectory, state: LabState): void {
  const next = `${lab.state}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(next, lab.state);
}
