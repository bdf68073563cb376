/** One row per command: what `--help` prints, and the chunk that is loaded when the command is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the command's own file, which adds itself to the program (commander) that it is given. */
  readonly load: () => Promise<{ register(program: import('commander').Command): void }>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'test a cluster by behaviour, write evidence and verdicts, leave nothing behind',
    load: () => import('./run.ts'),
  },
  {
    name: 'plan',
    summary: 'what a run would do: cases, objects, images, permissions, waits (writes nothing)',
    load: () => import('./plan.ts'),
  },
  {
    name: 'rbac',
    summary: 'the least ClusterRole for a run',
    load: () => import('./rbac.ts'),
  },
  {
    name: 'images',
    summary: 'the images that a run pulls',
    load: () => import('./images.ts'),
  },
  {
    name: 'verify',
    summary: 'check a run folder: hashes, and verdicts computed anew from the timelines',
    load: () => import('./verify.ts'),
  },
  {
    name: 'report',
    summary: 'write report.html, junit.xml and summary.md of a run folder anew',
    load: () => import('./report.ts'),
  },
  {
    name: 'cleanup',
    summary: 'remove what a run left in the cluster',
    load: () => import('./cleanup.ts'),
  },
  {
    name: 'validate',
    summary: 'judge submissions: PRODUCT.yaml files, product folders or a whole checkout',
    load: () => import('./validate.ts'),
  },
  {
    name: 'explain',
    summary: 'what a rule of validate means, where it comes from, what to do',
    load: () => import('./explain.ts'),
  },
  {
    name: 'requirements',
    summary: 'the requirements of a version, or what changed between two',
    load: () => import('./requirements.ts'),
  },
  {
    name: 'discover',
    summary: 'what a cluster offers and what each requirement would need (reads only)',
    load: () => import('./discover.ts'),
  },
  {
    name: 'metrics',
    summary: "what accelerator_metrics would make of an exporter's page (no cluster)",
    load: () => import('./metrics.ts'),
  },
  {
    name: 'lab',
    summary: 'a real Kubernetes with real, isolated accelerators on this machine: up, down, status, node, logs, ...',
    load: () => import('./lab.ts'),
  },
];
