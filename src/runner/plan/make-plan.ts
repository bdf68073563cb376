import type { Case, Instance, NotRun, NotRunInstance } from '../../case-kit/define-case.ts';
import type { Facts } from '../../case-kit/facts.ts';
import type { Omitted, Planned } from './planned.ts';
import { spreadOverNodes } from './spread-over-nodes.ts';

const NOTHING = { params: null, needs: {} } as const;

/**
 * Asks every case what it would do here. Pure: nothing is read or written. `only`: ids of the cases to run; the others are in the plan as
 * left out, because a requirement of which only a part was run must not pass.
 */
export function makePlan(cases: readonly Case[], facts: Facts, only?: ReadonlySet<string>): Planned[] {
  return spreadOverNodes(
    cases.flatMap((one) => (only === undefined || only.has(one.id) ? planCase(one, facts) : [leftOut(one)])),
  );
}

function leftOut(one: Case): Planned {
  const message = 'it was left out by --only';
  const remedy = 'Run the whole requirement for a verdict.';
  const omitted = { outcome: 'inconclusive', class: 'not-enabled', code: 'left-out', message, remedy } as const;
  return { ...NOTHING, id: one.id, case: one, omitted };
}

function planCase(one: Case, facts: Facts): Planned[] {
  let answer: ReturnType<Case['plan']>;
  try {
    answer = one.plan(facts);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ ...NOTHING, id: one.id, case: one, omitted: ours(`its plan threw: ${message}`) }];
  }
  if (!isList(answer)) return [{ ...NOTHING, id: one.id, case: one, omitted: omittedBy(answer) }];
  if (answer.length === 0) return [{ ...NOTHING, id: one.id, case: one, omitted: ours('its plan is empty') }];
  const ids = answer.map(({ variant }) => variant);
  if (new Set(ids).size !== ids.length)
    return [{ ...NOTHING, id: one.id, case: one, omitted: ours('its plan has a variant twice') }];
  return answer.map((instance) => plannedOf(one, instance));
}

function plannedOf(one: Case, instance: Instance<unknown> | NotRunInstance): Planned {
  const { variant, alternative } = instance;
  const about = {
    id: variant === undefined ? one.id : `${one.id}@${variant}`,
    case: one,
    ...(variant === undefined ? {} : { variant }),
    ...(alternative === undefined ? {} : { alternative }),
  };
  if ('notRun' in instance) return { ...about, ...NOTHING, omitted: omittedBy(instance.notRun) };
  const { params, needs, elsewhere = [] } = instance;
  if (elsewhere.length === 0) return { ...about, params, needs };
  return {
    ...about,
    params,
    needs,
    elsewhere: elsewhere.map((other) => ({ ...other, id: `${one.id}@${other.variant}` })),
  };
}

function omittedBy(notRun: NotRun): Omitted {
  if (notRun.outcome === 'not-applicable')
    return { outcome: 'not-applicable', code: 'not-applicable', message: notRun.message };
  const { outcome, message, remedy } = notRun;
  return { outcome, class: notRun.class, code: notRun.class, message, remedy };
}

function ours(message: string): Omitted {
  const remedy = "This is an error of plimsoll's own. Please report it.";
  return { outcome: 'inconclusive', class: 'ours', code: 'bug', message, remedy };
}

function isList(answer: ReturnType<Case['plan']>): answer is Exclude<ReturnType<Case['plan']>, NotRun> {
  return Array.isArray(answer);
}
