import { type Case, defineCase, type Finding, type Timeline } from '../../case-kit/index.ts';
import { COLLECTION } from './collection-act.ts';
import { instancesOf, type Params } from './instances.ts';

/** One case of the requirement: all of them judge what the one act recorded. */
export function metricsCase(definition: {
  readonly id: `ai_service_metrics/${string}`;
  readonly title: string;
  judge(timeline: Timeline, params: Params): readonly Finding[];
}): Case {
  return defineCase<Params>({
    ...definition,
    kind: 'required',
    bar: 'official',
    budget: { act: '20m' },
    shares: COLLECTION,
    plan: instancesOf,
  });
}
