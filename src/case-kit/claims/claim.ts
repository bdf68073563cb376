import {
  type Bar,
  type Condition,
  type Duration,
  type Expectation,
  type Finding,
  type GroupCondition,
  milliseconds,
  negativeWindow,
  type Phase,
  type Selection,
  type Target,
  type Timeline,
  undecided,
} from '../../evidence/judging.ts';

/**
 * Something that is asked of the platform, declared once: the act waits for it (`bench.reach`, `bench.keep`), the judge decides it from
 * the timeline alone. That the act saw it while it waited is never evidence.
 */
export interface Claim {
  judge(timeline: Timeline): Finding;
}

/** Claims by name; a list where there is one for each of several objects. */
export type Claims = Readonly<Record<string, Claim | readonly Claim[]>>;

/** A claim that an act can wait for. */
export interface Reachable extends Claim {
  readonly target: Target;
  readonly phase: Phase;
  readonly condition: GroupCondition;
  /** The act waits no longer than this (`--budget-factor` makes it longer). */
  readonly within: Duration;
  /** Milliseconds from the beginning of its phase until it first held; undefined when it never did. */
  took(timeline: Timeline): number | undefined;
}

/** A claim about all of a stretch of time, which an act can go on watching. */
export interface Watched extends Claim {
  readonly target: Target;
  readonly phase: Phase;
  readonly lasting: Lasting;
  /** Once an object fulfils this, watching longer shows nothing new. */
  readonly unless?: Condition;
}

/** How long a silence has to last: a duration, or so long that what is asked not to happen would have happened (`longerThan`). */
export type Lasting = Duration | { readonly longerThan: Reachable };

/** At least a minute, and at least five times as long as that claim took where nothing forbade it (`negativeWindow`). */
export function longerThan(control: Reachable): Lasting {
  return { longerThan: control };
}

/** Milliseconds that a silence has to last; `took`: how long the claim took with which it is compared, as far as that is known. */
export function leastOf(lasting: Lasting, took: (claim: Reachable) => number | undefined): number {
  if (typeof lasting !== 'object') return milliseconds(lasting);
  return negativeWindow(took(lasting.longerThan) ?? 0);
}

/** What every claim may be told beside its question. */
export interface ClaimOptions {
  readonly phase: Phase;
  /** What it means when it does not hold: `a gang for which there is room did not run`. */
  readonly otherwise?: string;
  readonly remedy?: string;
  /** `behaviour`: the official bar does not ask for it. Default: the bar of the case. */
  readonly bar?: Bar;
  /** It only shows that the proof is possible here. Where it does not hold, nothing can be known of the platform, for this reason. */
  readonly control?: 'capacity' | 'environment';
}

/** The pods of a group. */
export function pods(group: string): Target {
  return { of: 'v1/Pod', group };
}

/** The findings of all claims, in the order in which they are declared. */
export function judgeClaims(timeline: Timeline, claims: Claims): readonly Finding[] {
  return Object.values(claims)
    .flat()
    .map((claim) => claim.judge(timeline));
}

/** The words of a claim as the expectations of evidence take them. */
export function wordsOf(sentence: string, { otherwise, remedy, bar }: Omit<ClaimOptions, 'phase'>): Expectation {
  return {
    claim: sentence,
    otherwise: otherwise ?? 'it does not hold',
    ...(remedy === undefined ? {} : { remedy }),
    ...(bar === undefined ? {} : { bar }),
  };
}

/** A control that does not hold is nobody's fail. */
export function ofControl(finding: Finding, { control }: Omit<ClaimOptions, 'phase'>): Finding {
  if (control === undefined || finding.outcome !== 'fail') return finding;
  return undecided(control, finding.claim, finding.message, finding.evidence, finding.remedy);
}

/**
 * The finding for a claim about nothing. "Never" and "always" hold of what was never there, and so show nothing. A group was there when
 * anything of it was seen, such as the Job whose pods do not exist yet.
 */
export function ofNothing(selection: Selection, words: Expectation): Finding | undefined {
  const { timeline, target } = selection;
  const family = timeline.family(selection).size - (target.owner === undefined ? 0 : 1);
  if (selection.objects.length > 0 || family > 0) return undefined;
  const message = `nothing of ${selection.name} was ever seen, so nothing can be said of it`;
  const evidence = timeline.end === undefined ? [] : [timeline.end.seq];
  return undecided('environment', words.claim, message, evidence, 'See why it was never there, then run again.');
}
