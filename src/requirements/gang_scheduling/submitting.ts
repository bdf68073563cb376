import {
  answers,
  type Bench,
  type Claim,
  created,
  type Handle,
  inconclusive,
  type Phase,
} from '../../case-kit/index.ts';
import { type Gang, type Room, type Solution, solutionOf } from './solutions.ts';

const REMEDY = "See whether the solution's controller and its webhooks run.";
const nameOf = (gang: string): string => `submit gang ${gang}`;

/** Makes the solution's queues for some rooms. A refusal is recorded, is judged by `prepared`, and ends the act. */
export async function prepare(bench: Bench, solution: Solution, rooms: readonly Room[]): Promise<Handle | undefined> {
  const { title, prepare: setUp } = solutionOf(solution);
  if (setUp === undefined) return undefined;
  const made = await bench.attempt('prepare', (named) => setUp(named, solution, rooms));
  if (!made.accepted)
    throw inconclusive(
      'environment',
      `${title} cannot be set up for a gang: ${made.said}`,
      `See why ${title} or the API server refuses it.`,
    );
  return made.value;
}

/** Nothing of what a user of the solution sets up was refused. Of a solution without any set-up nothing is asked. */
export function prepared(solution: Solution): readonly Claim[] {
  const { title, prepare: setUp, webhook: own } = solutionOf(solution);
  if (setUp === undefined) return [];
  const otherwise = `${title} could not be set up for gangs`;
  const words = { otherwise, remedy: REMEDY, ...(own === undefined ? {} : { own }) };
  return [answers({ name: 'prepare', method: 'POST' }, created, words, `${title} can be set up for gangs`)];
}

/** Submits a gang and begins a phase. A refusal is recorded, is judged by `accepted`, and ends the act. */
export async function submit(bench: Bench, solution: Solution, gang: Gang, phase: Phase): Promise<Handle> {
  const { title, submit: create } = solutionOf(solution);
  const made = await bench.attempt(nameOf(gang.name), (named) => create(named, solution, gang));
  if (!made.accepted)
    throw inconclusive(
      'environment',
      `gang ${gang.name} was refused: ${made.said}`,
      `See why ${title} or the API server refuses it.`,
    );
  bench.begin(phase);
  return made.value;
}

/**
 * The API server, and the solution's webhooks behind it, took the gang. What somebody else refuses says nothing about the solution: Kueue's
 * webhook for Jobs is asked about every Job, also about one of native gang scheduling.
 */
export function accepted(solution: Solution, gang: string): Claim {
  const own = solutionOf(solution).webhook;
  const words = { otherwise: `gang ${gang} was refused`, remedy: REMEDY, ...(own === undefined ? {} : { own }) };
  return answers({ name: nameOf(gang), method: 'POST' }, created, words, `gang ${gang} is accepted`);
}
