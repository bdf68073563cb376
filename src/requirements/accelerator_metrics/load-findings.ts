import { type Finding, fails, passes, remark, showDuration, type Timeline, undecided } from '../../case-kit/index.ts';
import { impossible, memoryOf, shortNumber } from './device-findings.ts';
import type { Granted } from './granted.ts';
import { asBefore, MEMORY_SHARE, rise } from './load-act.ts';
import { type Course, HIGH, LASTING, type Reading, STIR } from './load-course.ts';
import { allocated, type LoadTarget } from './load-target.ts';

/** What the answers show, in three stretches. */
export interface Shown {
  readonly target: LoadTarget;
  readonly granted: Granted;
  readonly during: readonly Course[];
  readonly after: readonly Course[];
  /** Answers behind each stretch. */
  readonly beforeSeqs: readonly number[];
  readonly duringSeqs: readonly number[];
  readonly afterSeqs: readonly number[];
  /** The last answer after the load, alone. */
  readonly last: readonly Course[];
  /** Why the load was not at work all the time, if it was not. */
  readonly broken: string | undefined;
  /** Was the platform given its 90 s (or did it show earlier)? */
  readonly exhausted: boolean;
  readonly exhaustedAfter: boolean;
}

const REMEDY = 'Let the exporter tell the present values of each device under the name of that device.';

/** The device that was put to work, as the metrics call it: by its name, or the only one that shows a load. */
export function loadedDevice({ granted, during }: Pick<Shown, 'granted' | 'during'>): Course | undefined {
  const named = during.find(({ key, before }) =>
    granted.names.some((name) => key === name || before?.names.includes(name)),
  );
  const loaded = during.filter((one) => one.loaded >= LASTING);
  return named ?? (loaded.length === 1 ? loaded[0] : undefined);
}

function isNamed({ granted, during }: Pick<Shown, 'granted' | 'during'>): boolean {
  return during.some(({ key, before }) => granted.names.some((name) => key === name || before?.names.includes(name)));
}

/** R4: the load shows as utilisation of its device. */
export function utilisationFinding(shown: Shown): Finding {
  const { target, granted, during, duringSeqs, broken, exhausted } = shown;
  const claim = `a load on one accelerator of ${target.node.node} shows in the utilisation of that one`;
  const evidence = [...granted.evidence, ...duringSeqs];
  const one = loadedDevice(shown);
  const others = during.filter((other) => other !== one && other.loaded >= LASTING);
  const seen = during
    .map(({ key, before, highest }) => `${key} ${shortNumber(before?.points ?? 0)} to ${shortNumber(highest)} %`)
    .join(', ');
  if (one !== undefined && one.loaded >= LASTING) {
    const which = isNamed(shown) ? granted.because : 'nobody tells which device it was given; one alone shows the load';
    return passes(
      claim,
      `${one.key} went from ${shortNumber(one.before?.points ?? 0)} to ${shortNumber(one.highest)} % (${which})`,
      evidence,
    );
  }
  if (broken !== undefined) return undecided('environment', claim, broken, evidence, 'See why the load did not run.');
  if (during.length === 0)
    return undecided('environment', claim, 'no answer told of a device while the load ran', evidence, REMEDY);
  const busy = (one === undefined ? during : [one]).filter(({ before }) => (before?.points ?? 0) >= HIGH);
  if (busy.length > 0) {
    const message = `${busy.map(({ key, before }) => `${key} was at ${shortNumber(before?.points ?? 0)} % already`).join(', ')}, before the load`;
    return notIdle(shown, claim, message, evidence);
  }
  if (others.length > 0) {
    const names = others.map(({ key }) => key).join(', ');
    const message =
      one === undefined ? `several devices show it: ${seen}` : `${granted.because}, and it shows on ${names}: ${seen}`;
    return notIdle(shown, claim, message, evidence);
  }
  if (!exhausted) return undecided('interrupted', claim, `the load was not given its time: ${seen}`, evidence);
  return fails(claim, `no device shows it: ${seen}`, evidence, REMEDY);
}

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

/** R4: devices without work do not stir. */
export function othersFinding(shown: Shown): Finding[] {
  const { target, during, duringSeqs } = shown;
  const one = loadedDevice(shown);
  if (one === undefined || one.loaded < LASTING) return [];
  const claim = `the other accelerators of ${target.node.node} show nothing of it`;
  const others = during.filter((other) => other !== one && (other.before?.points ?? 0) < HIGH);
  if (others.length === 0)
    return [remark(claim, 'there is no other idle device on the node, so nothing can be said', duringSeqs)];
  // One answer alone may have caught somebody's short look at a device.
  const stirred = others.filter((other) => other.stirred >= 2);
  if (stirred.length === 0) {
    const most = Math.max(...others.map(({ highest, before }) => highest - (before?.points ?? 0)));
    return [
      passes(claim, `${others.length} idle, none stirred by ${STIR} points (at most ${shortNumber(most)})`, duringSeqs),
    ];
  }
  const what = stirred.map(
    ({ key, before, highest, lowest }) =>
      `${key} went from ${shortNumber(before?.points ?? 0)} to ${shortNumber(highest > STIR ? highest : lowest)} %`,
  );
  return [notIdle(shown, claim, `${what.join(', ')} while ${one.key} worked`, duringSeqs)];
}

/** R4: memory that the load takes shows on its device. */
export function memoryFinding(shown: Shown): Finding[] {
  const { target, duringSeqs } = shown;
  const wanted = allocated(target);
  const one = loadedDevice(shown);
  if (wanted === undefined || one === undefined || one.loaded < LASTING) return [];
  const claim = `memory that the load takes on ${target.node.node} shows in the used memory of its device`;
  if (one.mostUsed === undefined) return [fails(claim, `${one.key} has no used memory told`, duringSeqs, REMEDY)];
  const message = `${one.key} uses ${shortNumber(rise(one))} bytes more at most; the load takes ${shortNumber(wanted)}`;
  return [
    rise(one) >= wanted * MEMORY_SHARE ? passes(claim, message, duringSeqs) : fails(claim, message, duringSeqs, REMEDY),
  ];
}

/** R4: when the load has ended, so have its marks. */
export function fallsBackFinding(shown: Shown, within: number): Finding[] {
  const { target, last, after, afterSeqs, exhaustedAfter } = shown;
  const one = loadedDevice(shown);
  if (one === undefined || one.loaded < LASTING) return [];
  const claim = `when the load has ended, the values of its device on ${target.node.node} are as before`;
  const now = last.find(({ key }) => key === one.key);
  if (now !== undefined && asBefore(now, allocated(target)))
    return [passes(claim, `${one.key} is at ${shortNumber(now.highest)} % again`, afterSeqs)];
  const least = after.find(({ key }) => key === one.key)?.lowest;
  const message = `${one.key} is at ${shortNumber(now?.highest ?? Number.NaN)} %, with ${shortNumber(now === undefined ? Number.NaN : rise(now))} bytes more than before (lowest ${shortNumber(least ?? Number.NaN)} %)`;
  if (now === undefined || !exhaustedAfter)
    return [undecided('interrupted', claim, `not watched to the end: ${message}`, afterSeqs)];
  return [fails(claim, `${message} ${showDuration(within)} after it`, afterSeqs, REMEDY)];
}

/** R3: also under load, the values are possible. */
export function possibleFinding({ target, duringSeqs }: Shown, readings: readonly Reading[]): Finding[] {
  if (readings.length === 0) return [];
  const claim = `under load, the values told of the accelerators of ${target.node.node} are possible`;
  const wrong = readings.flatMap((reading) =>
    [...reading.values()].flatMap((device) =>
      impossible(device, memoryOf(device, target.node)).map((what) => `${device.key}: ${what}`),
    ),
  );
  if (wrong.length === 0) return [passes(claim, `in ${readings.length} answers`, duringSeqs)];
  return [
    fails(
      claim,
      [...new Set(wrong)].slice(0, 5).join('; '),
      duringSeqs,
      'Let the exporter tell values in the unit that its names have.',
    ),
  ];
}

/** R5 (listed, decides nothing): do the metrics name the pod that works? */
export function attributionRemark(timeline: Timeline, readings: readonly Reading[], shown: Shown): Finding[] {
  const one = loadedDevice(shown);
  if (one === undefined) return [];
  const labels = readings.flatMap((reading) => Object.values(reading.get(one.key)?.labels ?? {}));
  const named = labels.includes('load') && labels.includes(timeline.namespace);
  const message = named ? `they name the pod that holds ${one.key}` : `they do not name the pod that holds ${one.key}`;
  return [remark(`whom the metrics on ${shown.target.node.node} name`, message, shown.duringSeqs)];
}
