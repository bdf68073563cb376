import { all, expectEventually, ready } from '../../case-kit/index.ts';
import { expectLook, looksOf } from '../metered-service/looks.ts';
import { countersStandAt, onlySuccessorsAreThere } from './expected.ts';
import { metricsCase } from './judging.ts';
import { podsOfMark, servedBy } from './own-word.ts';
import { GROUP, LOOKS, MARKS } from './story.ts';

/** R3: a pod that joins is found without another word to the collector; a pod that goes takes its series along, its successor is found. */
export const followsTheReplicas = metricsCase({
  id: 'ai_service_metrics/follows-the-replicas',
  title: 'A pod that joins the service is collected without a change of configuration, and one that goes is no longer',
  judge(timeline, { store }) {
    const pods = timeline.pods({ group: GROUP });
    const joined = podsOfMark(timeline, MARKS.third, pods);
    const successors = podsOfMark(timeline, MARKS.removed, pods);
    const until = timeline.mark(MARKS.third)?.seq ?? 0;
    const counts = new Map(joined.map((pod) => [pod, servedBy(timeline, pod.name, until)] as const));
    const [gone = { name: 'none', ips: [] }] = joined;
    return [
      expectEventually(pods, all(ready, 3), timeline.between(MARKS.scaled, MARKS.third), {
        claim: 'a third pod joins the service',
        otherwise: 'the third pod did not become ready',
      }),
      expectLook(timeline, looksOf(timeline, LOOKS.third, store), countersStandAt(counts), {
        claim: 'the pod that joined is collected, exactly, without a change of configuration',
        otherwise: 'the pod that joined was not collected',
        poll: LOOKS.third,
        remedy:
          'See whether the collector watches pods and endpoints, or only reads them when its configuration changes.',
      }),
      expectLook(timeline, looksOf(timeline, LOOKS.gone, store), onlySuccessorsAreThere(gone, successors), {
        claim: 'the series of a removed pod end, and its successor is collected',
        otherwise: 'the store does not follow the removal of a pod',
        poll: LOOKS.gone,
        remedy: 'See whether the collector lets targets go and marks their series as ended.',
      }),
    ];
  },
});
