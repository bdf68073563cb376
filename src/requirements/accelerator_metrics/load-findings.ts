import { type Finding, fails, passes, remark, showDuration, type Timeline, undecided } from '../../case-kit/index.ts';
import { impossible, memoryOf, shortNumber } from './device-findings.ts';
import {
  type Course,
  type Granted,
  grantedTo,
  HIGH,
  memoryIsBack,
  type Reading,
  SHOWS_WITHIN_MS,
  takesMemory,
} from './load-evidence.ts';
import { allocated, type LoadTarget } from './load-target.ts';

/** Marks of the phases: each begins a stretch of answers. */
export const worksMark = (phase: number): string => `load works ${phase}`;
export const restsMark = (phase: number): string => (phase === 0 ? 'holders run' : `load rests ${phase}`);
/** Names of the waits: the judge asks how they ended. */
export const worksWait = (phase: number): string => `the devices at work show it in phase ${phase}`;
export const restsWait = (phase: number): string =>
  phase === 0 ? 'devices that are held and rest are idle' : `the devices are idle again after phase ${phase}`;

/**
 * Each holder of a device works in a pattern of its own, so that every device shows by when it works that it is measured, by itself and
 * truly: the bits of the holder's number, which begin at 1, so that none is always off. Before, between and after the phases all rest.
 */
export interface Holder {
  /** Name of its pod. */
  readonly name: string;
  /** In which phases it works. */
  readonly works: readonly boolean[];
}

/** Phases that it takes to tell so many devices apart: 2 for up to 3 devices, 4 for 8. */
export function phasesFor(devices: number): number {
  return Math.ceil(Math.log2(devices + 1));
}

/** Holders of so many devices, with their patterns. */
export function holdersOf(devices: number): Holder[] {
  const phases = phasesFor(devices);
  return Array.from({ length: devices }, (_, at) => ({
    name: `load-${at + 1}`,
    works: Array.from({ length: phases }, (__, phase) => (((at + 1) >> phase) & 1) === 1),
  }));
}

/** `on, off, off` for people. */
function showPattern(works: readonly (boolean | undefined)[]): string {
  return works.map((one) => (one === undefined ? 'unclear' : one ? 'on' : 'off')).join(', ');
}

/** What was told in one stretch: devices at work, or at rest. */
export interface Stretch {
  /** 0: held and not yet put to work. */
  readonly phase: number;
  readonly courses: readonly Course[];
  readonly readings: readonly Reading[];
  /** The answers, or the mark where there were none. */
  readonly seqs: readonly number[];
  /** Was the platform given its time (or did it show earlier)? */
  readonly ended: 'met' | 'timed-out' | undefined;
}

/** What the answers show. */
export interface Shown {
  readonly target: LoadTarget;
  readonly timeline: Timeline;
  readonly holders: readonly Holder[];
  readonly works: readonly Stretch[];
  readonly rests: readonly Stretch[];
  /** Why a load was not at work all the time, if one was not. */
  readonly broken: string | undefined;
}

const REMEDY = 'Let the exporter tell the present values of each device under the name of that device.';

/** A fail, unless somebody outside this run may have put those devices to work. */
function notIdle({ target: { node } }: Shown, claim: string, message: string, evidence: readonly number[]): Finding {
  if (node.free >= node.expected) return fails(claim, message, evidence, REMEDY);
  const others = `${node.expected - node.free} of ${node.expected} are held by others, whose work cannot be told from it`;
  return undecided(
    'environment',
    claim,
    `${message}; ${others}`,
    evidence,
    'Free the accelerators of the node, then run again.',
  );
}

/** A device that somebody holds and does not use is idle: utilisation says what works, not who holds what. */
export function asleepFinding(shown: Shown): Finding {
  const claim = `accelerators of ${shown.target.node.node} whose holders rest are told as idle`;
  const [asleep] = shown.rests;
  const message = 'held by pods that sleep';
  return atRest(shown, asleep, claim, message) ?? undecided('interrupted', claim, 'no pod came to hold them', [1]);
}

/** R4: when the load has ended, so have its marks, after each phase. */
export function fallsBackFindings(shown: Shown): Finding[] {
  const claim = `when a load has ended, the values of its device on ${shown.target.node.node} are as before`;
  return shown.rests.slice(1).flatMap((rest) => atRest(shown, rest, claim, `after phase ${rest.phase}`) ?? []);
}

function atRest(shown: Shown, rest: Stretch | undefined, claim: string, when: string): Finding | undefined {
  if (rest === undefined) return undefined;
  const { courses, seqs, ended, phase } = rest;
  if (courses.length === 0) return undecided('environment', claim, `no answer told of a device ${when}`, seqs, REMEDY);
  if (shown.broken !== undefined) return undecided('environment', claim, shown.broken, seqs, 'See why it did not run.');
  const allocates = phase === 0 ? undefined : allocated(shown.target);
  const restless = courses.filter((one) => one.works !== false || !memoryIsBack(one, allocates));
  const seen = (all: readonly Course[]): string => all.map(showCourse).join(', ');
  if (restless.length === 0) return passes(claim, `${seen(courses)} ${when}`, seqs);
  if (ended === undefined)
    return undecided('interrupted', claim, `not watched to the end: ${seen(restless)} ${when}`, seqs);
  return notIdle(shown, claim, `${seen(restless)} ${when}, ${showDuration(SHOWS_WITHIN_MS)} later`, seqs);
}

function showCourse({ key, before, points, more }: Course): string {
  const now = points === undefined ? 'is not told of' : `is at ${shortNumber(points)} %`;
  const was =
    points === undefined || points === before?.points ? '' : ` (before ${shortNumber(before?.points ?? 0)} %)`;
  return `${key} ${now}${was}${more === undefined || more === 0 ? '' : ` with ${shortNumber(more)} bytes more`}`;
}

/** How a device went through the phases. */
interface Pattern {
  readonly key: string;
  readonly names: readonly string[];
  readonly works: readonly (boolean | undefined)[];
}

function patternsOf({ works }: Shown): Pattern[] {
  const keys = [...new Set(works.flatMap(({ courses }) => courses.map(({ key }) => key)))];
  return keys.map((key) => {
    const own = works.map(({ courses }) => courses.find((course) => course.key === key));
    const names = own.flatMap((course) => course?.before?.names ?? []);
    const told = works.flatMap(({ readings }) => readings.flatMap((reading) => reading.get(key)?.names ?? []));
    return { key, names: [...new Set([key, ...names, ...told])], works: own.map((course) => course?.works) };
  });
}

/** A holder, what is known of its device, and the device that shows its pattern. */
interface Matched {
  readonly holder: Holder;
  readonly granted: Granted;
  readonly device: Pattern | undefined;
  readonly wrong: string | undefined;
}

function matched(shown: Shown): Matched[] {
  const patterns = patternsOf(shown);
  const seen = shown.works.length;
  const all = shown.holders.map((holder) => {
    const granted = grantedTo(shown.timeline, shown.target, holder.name);
    const named = patterns.find(({ names }) => granted.names.some((name) => names.includes(plainId(name))));
    return { holder, granted, named };
  });
  return all.map(({ holder, granted, named }): Matched => {
    // Shares of one device work when any of them does.
    const together = named === undefined ? [holder] : all.filter((one) => one.named === named).map((one) => one.holder);
    const wanted = holder.works.slice(0, seen).map((_, phase) => together.some(({ works }) => works[phase] === true));
    const fitting = patterns.filter(({ works }) => works.every((one, phase) => one === wanted[phase]));
    const device = named ?? (fitting.length === 1 ? fitting[0] : undefined);
    const right = named === undefined ? fitting.length === 1 : fitting.includes(named);
    const where = fitting.length === 0 ? 'no device' : fitting.map(({ key }) => key).join(', ');
    const wrong = `${holder.name} worked ${showPattern(wanted)} (${granted.because}), and it shows on ${where}`;
    return { holder, granted, device, wrong: right ? undefined : wrong };
  });
}

/** `GPU-0a` of `GPU-0a::2`: the device of a share (NVIDIA's device plugin). */
function plainId(id: string): string {
  return id.split('::')[0] ?? id;
}

/** R4: every device shows when it works, and only then. */
export function patternFinding(shown: Shown): Finding {
  const { target, works, broken } = shown;
  const claim = `a load on each accelerator of ${target.node.node} shows in the utilisation of that one, when it works`;
  const evidence = works.flatMap(({ seqs }) => seqs);
  const patterns = patternsOf(shown);
  const seen = patterns.map(({ key, works: own }) => `${key} ${showPattern(own)}`).join('; ');
  if (broken !== undefined) return undecided('environment', claim, broken, evidence, 'See why the load did not run.');
  if (works.length === 0) return undecided('interrupted', claim, 'no load came to work', [1]);
  if (patterns.length === 0)
    return undecided('environment', claim, 'no answer told of a device while the load ran', evidence, REMEDY);
  const busy = works[0]?.courses.filter(({ before }) => (before?.points ?? 0) >= HIGH) ?? [];
  if (busy.length > 0) {
    const what = busy.map(({ key, before }) => `${key} was at ${shortNumber(before?.points ?? 0)} % already`);
    return notIdle(shown, claim, `${what.join(', ')}, before the load`, evidence);
  }
  if (works.some(({ ended }) => ended === undefined))
    return undecided('interrupted', claim, `the load was not given its time: ${seen}`, evidence);
  const all = matched(shown);
  const held = new Set(all.map(({ device }) => device?.key));
  const strangers = patterns.filter(({ key, works: own }) => !held.has(key) && own.some((one) => one !== false));
  const wrong = [
    ...all.flatMap((one) => one.wrong ?? []),
    ...strangers.map(({ key, works: own }) => `${key} shows ${showPattern(own)}, and no pod of this run holds it`),
  ];
  if (wrong.length > 0 && target.shared && all.some(({ granted }) => granted.names.length === 0)) {
    const message = `nobody tells of which device each share is; told: ${seen}`;
    return undecided('environment', claim, message, evidence, 'Let the load print the device that it was given.');
  }
  if (wrong.length > 0) return notIdle(shown, claim, `${wrong.join('; ')}; told: ${seen}`, evidence);
  const right = all.map(({ holder, device, granted }) => {
    const why = granted.names.length === 0 ? 'its pattern is nobody else’s' : granted.because;
    return `${device?.key} ${showPattern(device?.works ?? [])} as ${holder.name} worked (${why})`;
  });
  return passes(claim, right.join('; '), [...all.flatMap(({ granted }) => granted.evidence), ...evidence]);
}

/** A device that got no pattern may be frozen, or another one's double. */
export function withoutPatternFinding(shown: Shown): Finding[] {
  const { node, holders, devices, shared } = shown.target;
  const held = shared ? new Set(matched(shown).map(({ device }) => device?.key ?? '')).size : holders;
  const missing = devices - held;
  if (missing <= 0 || shown.works.length === 0) return [];
  const claim = `every accelerator of ${node.node} was put to work`;
  const why = shared ? 'got no share that was put to work' : 'were held by others';
  const message = `${missing} of ${devices} ${why}: whether they are measured truly was not shown`;
  return [undecided('capacity', claim, message, [1], 'Free the accelerators of the node, then run again.')];
}

/** R4: memory that the load takes shows on its device. */
export function memoryFinding(shown: Shown): Finding[] {
  const { target, works } = shown;
  const wanted = allocated(target);
  if (wanted === undefined || works.length === 0) return [];
  const claim = `memory that the load takes on ${target.node.node} shows in the used memory of its device`;
  const evidence = works.flatMap(({ seqs }) => seqs);
  const seen = matched(shown).flatMap(({ holder, device, wrong }) =>
    works.flatMap(({ courses }, phase) => {
      const course = courses.find(({ key }) => key === device?.key);
      return course === undefined || wrong !== undefined || holder.works[phase] !== true ? [] : [course];
    }),
  );
  if (seen.length === 0) return [];
  const message = (all: readonly Course[]): string =>
    all
      .map(
        ({ key, more }) =>
          `${key} ${more === undefined ? 'has no used memory told' : `uses ${shortNumber(more)} bytes more`}`,
      )
      .join(', ');
  const wrong = seen.filter((course) => !takesMemory(course, wanted));
  const takes = `the load takes ${shortNumber(wanted)}`;
  return [
    wrong.length === 0
      ? passes(claim, `${message(seen)}; ${takes}`, evidence)
      : fails(claim, `${message(wrong)}; ${takes}`, evidence, REMEDY),
  ];
}

/** R3: also under load, the values are possible. */
export function possibleFinding({ target, works }: Shown): Finding[] {
  const readings = works.flatMap((one) => one.readings);
  if (readings.length === 0) return [];
  const evidence = works.flatMap(({ seqs }) => seqs);
  const claim = `under load, the values told of the accelerators of ${target.node.node} are possible`;
  const wrong = readings.flatMap((reading) =>
    [...reading.values()].flatMap((device) =>
      impossible(device, memoryOf(device, target.node)).map((what) => `${device.key}: ${what}`),
    ),
  );
  if (wrong.length === 0) return [passes(claim, `in ${readings.length} answers`, evidence)];
  const said = [...new Set(wrong)].slice(0, 5).join('; ');
  return [fails(claim, said, evidence, 'Let the exporter tell values in the unit that its names have.')];
}

/** R5 (listed, decides nothing): do the metrics name the pods that work? */
export function attributionRemark(shown: Shown): Finding[] {
  const { timeline, target, works } = shown;
  const own = matched(shown).filter(({ device }) => device !== undefined);
  if (own.length === 0) return [];
  const named = own.filter(({ holder, device }) =>
    works.some(({ readings }) =>
      readings.some((reading) => {
        const labels = Object.values(reading.get(device?.key ?? '')?.labels ?? {});
        return labels.includes(holder.name) && labels.includes(timeline.namespace);
      }),
    ),
  );
  const evidence = works.flatMap(({ seqs }) => seqs);
  const message = `they name the pod that holds it for ${named.length} of ${own.length} accelerators`;
  return [remark(`whom the metrics on ${target.node.node} name`, message, evidence)];
}
