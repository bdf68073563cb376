import { join } from 'node:path';

/** Where things lie in a run folder; every path is relative to it, with `/`. */
export const RUN_FILES = {
  report: 'report.json',
  manifest: 'manifest.json',
  ledger: 'ledger.jsonl',
  events: 'events.jsonl',
  inventory: 'inventory.json',
  html: 'report.html',
  junit: 'junit.xml',
  summary: 'summary.md',
} as const;

/** `cases/gang_scheduling/oversized-gang-waits@kueue`: the folder of an instance. */
export function caseFolder(instance: string): string {
  return `cases/${instance}`;
}

export function timelineFile(instance: string): string {
  return `${caseFolder(instance)}/timeline.jsonl`;
}

export function findingsFile(instance: string): string {
  return `${caseFolder(instance)}/findings.json`;
}

/** A file of the run folder on this machine. */
export function inRun(folder: string, file: string): string {
  return join(folder, ...file.split('/'));
}

/** Written after the seal by `plimsoll cleanup`: no part of the evidence. */
export function isAfterwards(file: string): boolean {
  return /^cleanup-[^/]*\.jsonl$/.test(file);
}
