import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import {
  type CaseReport,
  evidenceNotWritten,
  findingsFile,
  inRun,
  type Leftover,
  RUN_FILES,
  type RunReport,
  redaction,
  seal,
  startClock,
} from '../../evidence/index.ts';
import { OBJECTS_FILE, writeObjects } from '../../inventory/objects/read-files.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { ForbiddenError } from '../../kube/error/api-error.ts';
import { Ledger } from '../ledger/ledger.ts';
import { checkPermissions } from '../plan/check-permissions.ts';
import { makePlan } from '../plan/make-plan.ts';
import { leastWait, type Planned, rankOf } from '../plan/planned.ts';
import { kitRules } from '../plan/rules-of.ts';
import { type SharedAct, sharedActs } from '../plan/shared-acts.ts';
import { startDelay } from '../schedule/start-delay.ts';
import { tokenCapacities } from '../schedule/token-capacity.ts';
import { TokenQueue } from '../schedule/token-queue.ts';
import { criticalPath } from './critical-path.ts';
import { enterCluster } from './enter-cluster.ts';
import { caseReport, requirementReport, runReport } from './make-report.ts';
import { openFolder } from './open-folder.ts';
import { namespacesLeft } from './other-runs.ts';
import type { Presence } from './presence.ts';
import { type CaseRun, runAct } from './run-case.ts';
import type { RunContext } from './run-context.ts';
import { RunEvents } from './run-events.ts';
import type { RunOptions } from './run-options.ts';

const NEVER = new AbortController().signal;

/**
 * From a plan to a sealed run folder: checks permissions, runs every case (side by side as far as their tokens allow), tears each down,
 * judges the timelines, writes report.json and the manifest. Throws before the first write to the cluster when the folder cannot be
 * made or the API server cannot be asked; after that every trouble is in the report.
 */
export async function run(options: RunOptions): Promise<RunReport> {
  const { cluster, facts, folder, interrupt = NEVER } = options;
  await openFolder(folder);
  const clock = startClock();
  const startedAt = clock.at();
  const redact = redaction(options.redact);
  const fingerprint = await fingerprintOf(cluster);
  const plan = await checkPermissions(makePlan(options.cases, facts, options.only), cluster, kitRules(options.probe));
  const ledger = new Ledger(inRun(folder, RUN_FILES.ledger));
  const events = new RunEvents(inRun(folder, RUN_FILES.events), clock, redact, options.observers ?? []);
  let presence: Presence | undefined;
  try {
    const { pid } = process;
    ledger.write({ op: 'run', run: options.run, server: cluster.server, fingerprint, host: hostname(), pid });
    await writeJson(folder, RUN_FILES.inventory, redact(facts.inventory));
    if (options.objects !== undefined) await writeText(folder, OBJECTS_FILE, writeObjects(options.objects, redact));
    const about = { gitVersion: facts.kubernetes.gitVersion, fingerprint, nodes: facts.inventory.nodes.length };
    events.emit({
      event: 'run-started',
      run: options.run,
      tool: options.version,
      folder,
      checklist: facts.checklist,
      simulated: facts.inventory.simulated,
      cluster: about,
      cases: plan.map(announce),
    });
    presence = await enterCluster(options, ledger, events);
    const context = await contextOf(options, { clock, redact, ledger, events, priorityClass: presence.priorityClass });
    const stopTelling = tellInterruptions(options, events, ledger);
    // Who asks for tokens first is served first: in the order of their ranks.
    const acts = sharedActs(plan).toSorted((a, b) => rankOfAct(b) - rankOfAct(a) || b.aside - a.aside);
    const takes = ({ leastWait, aside }: SharedAct): number => leastWait + aside;
    const longest = Math.max(0, ...acts.map(takes));
    const ended = await allEnded(
      acts.map((act, place) => finished(context, act, startDelay({ place, takes: takes(act), longest }))),
    );
    const places = new Map(plan.map(({ id }, index) => [id, index]));
    const done = ended.flat().toSorted((a, b) => (places.get(a.report.id) ?? 0) - (places.get(b.report.id) ?? 0));
    stopTelling();

    const cases = done.map(({ report }) => report);
    const requirements = options.requirements.flatMap((id) => requirementReport(facts.checklist, id, cases) ?? []);
    const known = [...done.flatMap(({ ran }) => ran.leftovers), ...(await presence.end())];
    const left = [...known, ...(await namespacesLeft(cluster, options.run, known))];
    // Cases need no redaction: they follow from timelines that have been redacted, and have to follow from them again.
    const leftovers = redact(left) as Leftover[];
    const { requests, retries, byMethod } = cluster.stats;
    const ms = clock.t();
    const path = criticalPath(
      done.map(({ ran }) => ran),
      ms,
    );
    const report = runReport({
      version: options.version,
      run: {
        id: options.run,
        startedAt,
        endedAt: clock.at(),
        ms,
        interrupted: interrupt.aborted,
        simulated: facts.inventory.simulated,
      },
      cluster: cluster.context === undefined ? about : { ...about, context: cluster.context },
      checklist: facts.checklist,
      requirements,
      cases,
      leftovers,
      requests: { requests, retries, byMethod: { ...byMethod } },
      ...(path === undefined ? {} : { criticalPath: path }),
    });
    for (const leftover of leftovers) events.emit({ event: 'leftover', leftover });
    for (const one of requirements) {
      const { id, level, verdict, official } = one;
      const plan = official === undefined ? {} : { official: official.outcome };
      events.emit({
        event: 'verdict',
        requirement: id,
        level,
        outcome: verdict.outcome,
        ...plan,
        because: verdict.because,
      });
    }
    events.emit({ event: 'run-ended', exitCode: report.exitCode, ms: clock.t() });
    events.close();
    ledger.close();
    await writeJson(folder, RUN_FILES.report, report);
    // A report that cannot be written (a full disk, an error of ours in a picture) must not cost the seal of the evidence.
    const trouble = await options.finish?.(folder, report).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    await seal(folder, {
      tool: report.tool,
      run: options.run,
      cluster: { fingerprint, gitVersion: about.gitVersion },
      sealedAt: clock.at(),
    });
    if (trouble !== undefined) throw trouble.error;
    return report;
  } finally {
    await presence?.end();
    events.close();
    ledger.close();
  }
}

/** Like Promise.all, but nobody is left running (and untidied) when one of them has failed. */
async function allEnded<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

interface Finished {
  readonly ran: CaseRun;
  readonly report: CaseReport;
}

/** Runs an act and judges its cases at once, so that their results are known while others still run. */
async function finished(context: RunContext, act: SharedAct, delay: number): Promise<Finished[]> {
  const done: Finished[] = [];
  for (const ran of await runAct(context, act, delay)) {
    const { id } = ran.planned;
    const report = caseReport(context.folder, ran);
    await writeJson(context.folder, findingsFile(id), report);
    const { outcome, because, remedy } = report;
    context.events.emit({
      event: 'case-ended',
      case: id,
      outcome,
      ...(report.class === undefined ? {} : { class: report.class }),
      because,
      ...(remedy === undefined ? {} : { remedy }),
      ms: ran.ms?.all ?? 0,
    });
    done.push({ ran, report });
  }
  return done;
}

function rankOfAct({ instances }: SharedAct): number {
  return Math.max(...instances.map(rankOf));
}

async function contextOf(
  options: RunOptions,
  made: Pick<RunContext, 'clock' | 'redact' | 'ledger' | 'events' | 'priorityClass'>,
): Promise<RunContext> {
  const { cluster, facts, folder, run: id, version, probe, interrupt = NEVER, abandon = NEVER } = options;
  let number = 0;
  return {
    ...made,
    run: id,
    folder,
    tool: version,
    cluster,
    resources: await cluster.resources(),
    probe,
    tokens: new TokenQueue(tokenCapacities(facts.inventory)),
    interrupt,
    abandon,
    budgetFactor: options.budgetFactor ?? 1,
    nextNumber: () => {
      number += 1;
      return number;
    },
  };
}

function announce(planned: Planned): {
  id: string;
  requirement: string;
  title: string;
  kind: Planned['case']['kind'];
  leastWait: number;
  tokens: string[];
} {
  const { id, case: one, needs } = planned;
  const { requirement, title, kind } = one;
  return { id, requirement, title, kind, leastWait: leastWait(planned), tokens: Object.keys(needs.tokens ?? {}) };
}

/** Says what an interruption means at that moment: what is torn down, and with the second one what stays. */
function tellInterruptions(
  { interrupt = NEVER, abandon = NEVER }: RunOptions,
  events: RunEvents,
  ledger: Ledger,
): () => void {
  const first = (): void => {
    const { objects } = ledger.pending();
    const message = `interrupted: tearing down ${objects.length} objects; once more leaves them where they are`;
    events.emit({ event: 'interrupted', how: 'tearing-down', message });
  };
  const second = (): void => {
    const { objects } = ledger.pending();
    events.emit({
      event: 'interrupted',
      how: 'abandoned',
      message: `stopped at once: ${objects.length} objects may stay`,
    });
  };
  interrupt.addEventListener('abort', first, { once: true });
  abandon.addEventListener('abort', second, { once: true });
  return () => {
    interrupt.removeEventListener('abort', first);
    abandon.removeEventListener('abort', second);
  };
}

/** sha256 of the uid of kube-system: tells clusters apart and nothing else. `unknown` to somebody who may not read it. */
export async function fingerprintOf(cluster: Cluster): Promise<string> {
  const kubeSystem = { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' };
  const found = await cluster.get(kubeSystem).catch((error: unknown) => {
    if (error instanceof ForbiddenError) return undefined;
    throw error;
  });
  if (found === undefined) return 'unknown';
  const { metadata } = found;
  return createHash('sha256')
    .update(metadata.uid ?? '')
    .digest('hex');
}

async function writeJson(folder: string, file: string, value: unknown): Promise<void> {
  await writeText(folder, file, `${JSON.stringify(value, null, 2)}\n`);
}

async function writeText(folder: string, file: string, text: string): Promise<void> {
  const path = inRun(folder, file);
  await writeFile(path, text).catch((error: unknown) => {
    throw evidenceNotWritten(path, error);
  });
}
