import {
  expectAnswer,
  type Finding,
  fails,
  passes,
  type RecordedObject,
  read,
  type Timeline,
  text,
} from '../../case-kit/index.ts';
import { expectLook, looksOf, unfinished } from '../metered-service/looks.ts';
import type { Params } from './instances.ts';
import { metricsCase } from './judging.ts';
import { one } from './store-looks.ts';
import { LOOKS } from './story.ts';

const RUN = ['metadata', 'labels', 'plimsoll.dev/run'] as const;

/** R0: the store is the platform's, it answers, and it knows nothing yet of what is going to be counted. */
export const storeAnswers = metricsCase({
  id: 'ai_service_metrics/store-answers',
  title: "The platform's own monitoring system answers queries, truthfully",
  judge: (timeline, { store }) => [
    expectAnswer(timeline, { name: 'get', method: 'GET' }, (answer) => isThePlatforms(answer.body), {
      claim: `${store.title} is the platform's own: it was not made by this tool`,
      otherwise: `${store.title} was made by this tool`,
    }),
    expectLook(timeline, looksOf(timeline, LOOKS.answers, store), one, {
      claim: `${store.title} answers a query whose result is known`,
      otherwise: `${store.title} does not answer a query whose result is known (vector(1))`,
      poll: LOOKS.answers,
      remedy: 'See whether what answers the queries reaches its storage.',
    }),
    knowsNothingYet(timeline, { store }),
  ],
});

function isThePlatforms(body: unknown): true | string {
  const object = body as RecordedObject | undefined;
  const run = text(object, [...RUN]);
  if (run !== '') return `it carries the label of run ${run}`;
  return read(object, 'metadata.uid') !== undefined || 'it was not read';
}

function knowsNothingYet(timeline: Timeline, { store }: Pick<Params, 'store'>): Finding {
  const claim = 'the store knows no series of the run before its pods exist';
  const [look] = looksOf(timeline, LOOKS.absent, store);
  if (look === undefined) return unfinished(timeline, claim, 'it was not asked');
  if (typeof look.series === 'string') return unfinished(timeline, claim, look.series, look.evidence);
  if (look.series.length === 0) return passes(claim, 'it answered with no series', look.evidence);
  const message = `the store already had ${look.series.length} series under a name that nobody had used`;
  return fails(claim, message, look.evidence, 'See what answers the queries: it does not heed them.');
}
