import {
  type Bench,
  expectAnswer,
  type Finding,
  type Handle,
  inconclusive,
  type Timeline,
  undecided,
} from '../../case-kit/index.ts';
import type { Gang, Room, Solution } from './adapter.ts';
import { adapterOf } from './adapters.ts';

const nameOf = (gang: string): string => `submit gang ${gang}`;

/** Makes the solution's queues for some rooms. A refusal is recorded, is judged by `prepared`, and ends the act. */
export async function prepare(bench: Bench, solution: Solution, rooms: readonly Room[]): Promise<Handle | undefined> {
  const { title } = adapterOf(solution);
  const made = await bench.attempt('prepare', (named) => adapterOf(solution).prepare(named, solution, rooms));
  if (!made.accepted)
    throw inconclusive(
      'environment',
      `${title} cannot be set up for a gang: ${made.said}`,
      `See why ${title} or the API server refuses it.`,
    );
  return made.value;
}

/** Nothing of what a user of the solution sets up was refused. Of a solution without any set-up there is nothing to find. */
export function prepared(timeline: Timeline, solution: Solution): Finding[] {
  if (timeline.answers({ name: 'prepare', method: 'POST' }).length === 0) return [];
  const { title } = adapterOf(solution);
  return [
    expectAnswer(
      timeline,
      { name: 'prepare', method: 'POST' },
      (answer) => answer.status === 201 || `status ${answer.status ?? 'none'}`,
      {
        claim: `${title} can be set up for gangs`,
        otherwise: `${title} could not be set up for gangs`,
        remedy: "See whether the solution's controller and its webhooks run.",
      },
    ),
  ];
}

/** Submits a gang and sets the mark `GANG created`. A refusal is recorded, is judged by `accepted`, and ends the act. */
export async function submit(bench: Bench, solution: Solution, gang: Gang): Promise<Handle> {
  const { title } = adapterOf(solution);
  const made = await bench.attempt(nameOf(gang.name), (named) => adapterOf(solution).submit(named, solution, gang));
  if (!made.accepted)
    throw inconclusive(
      'environment',
      `gang ${gang.name} was refused: ${made.said}`,
      `See why ${title} or the API server refuses it.`,
    );
  bench.mark(`${gang.name} created`);
  return made.value;
}

/**
 * The API server, and the solution's webhooks behind it, took the gang. A webhook of something else that refuses or breaks says nothing
 * about the solution: Kueue's webhook for Jobs is asked about every Job, also about one of native gang scheduling.
 */
export function accepted(timeline: Timeline, solution: Solution, gang: string): Finding {
  const adapter = adapterOf(solution);
  const claim = `gang ${gang} is accepted`;
  for (const { said = '', status, seq } of timeline.answers({ name: nameOf(gang), method: 'POST' })) {
    const webhook = /webhook "([^"]+)"/.exec(said)?.[1];
    if (status === 201 || webhook === undefined || adapter.webhook?.test(webhook)) continue;
    return undecided(
      'environment',
      claim,
      `${webhook}, which is no part of ${adapter.title}, is in the way: ${said}`,
      [seq],
      'See to that webhook, or exempt namespaces that begin with plimsoll- from it.',
    );
  }
  return expectAnswer(
    timeline,
    { name: nameOf(gang), method: 'POST' },
    (answer) => answer.status === 201 || `status ${answer.status ?? 'none'}`,
    {
      claim,
      otherwise: `gang ${gang} was refused`,
      remedy: "See whether the solution's controller and its webhooks run.",
    },
  );
}
