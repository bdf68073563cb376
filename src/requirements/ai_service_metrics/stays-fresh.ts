import { expectLook, looksOf } from '../metered-service/looks.ts';
import { scrapeInterval } from '../metered-service/scrape-interval.ts';
import { countersStandAt, gaugesSay } from './expected.ts';
import { metricsCase } from './judging.ts';
import { podsOfMark, servedBy } from './own-word.ts';
import { both } from './store-looks.ts';
import { freshWithin, GROUP, LOOKS, MARKS } from './story.ts';

/** R4: more requests, and a gauge that falls, are in the store within two scrapes and half a minute. */
export const staysFresh = metricsCase({
  id: 'ai_service_metrics/stays-fresh',
  title: 'What the pods count later on reaches the store within two scrapes and half a minute',
  judge(timeline, { store, collector }) {
    const pods = podsOfMark(timeline, MARKS.counted, timeline.pods({ group: GROUP }));
    const until = timeline.mark(MARKS.more)?.seq ?? 0;
    const counts = new Map(pods.map((pod) => [pod, servedBy(timeline, pod.name, until)] as const));
    const within = freshWithin(scrapeInterval(collector)) / 1000;
    return [
      expectLook(timeline, looksOf(timeline, LOOKS.fresh, store), both(countersStandAt(counts), gaugesSay(pods, 0)), {
        claim: `the store follows the pods within ${within} s: counters that rise and a gauge that falls`,
        otherwise: `the store did not follow the pods within ${within} s`,
        poll: LOOKS.fresh,
        remedy:
          'See whether the collector still scrapes, and whether what it writes reaches the store (remote write, queues).',
      }),
    ];
  },
});
