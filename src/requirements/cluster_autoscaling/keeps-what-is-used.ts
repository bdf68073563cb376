import {
  all,
  defineCase,
  expectAlways,
  type Finding,
  named,
  type RecordedObject,
  remark,
  running,
  showDuration,
} from '../../case-kit/index.ts';
import { GrowthStory } from './growth-story.ts';
import { HOLD, instancesOf } from './instances.ts';
import { gone } from './node-conditions.ts';
import { BUDGET, SCALING } from './scale-act.ts';
import type { ScaleTarget } from './scale-target.ts';

/** N3: as long as the pod runs, its node stays. */
export const keepsWhatIsUsed = defineCase<ScaleTarget>({
  id: 'cluster_autoscaling/keeps-what-is-used',
  title: 'A node is not taken away under a pod that uses its accelerator',
  kind: 'required',
  bar: 'behaviour',
  budget: BUDGET,
  shares: SCALING,
  plan: instancesOf,

  judge(timeline, target) {
    const story = new GrowthStory(timeline, target);
    const claim = 'the new node stays as long as the pod runs on it';
    const window = timeline.between('grown', 'held');
    const { node } = story;
    if (!story.grew || node === undefined) return [story.notGrown(claim, window)];
    const { name } = node.ref;
    const lost = gone({ name, uid: node.uid });
    const there = named(`node ${name} is there and stays`, (nodes: readonly RecordedObject[]) => {
      if (lost(nodes) === true) return `${name} is gone`;
      const leaving = nodes.find(({ metadata }) => metadata.uid === node.uid)?.metadata.deletionTimestamp;
      return leaving === undefined ? true : `${name} was told to go at ${leaving}`;
    });
    const expectation = {
      claim,
      otherwise: 'a node was taken away under a running pod',
      remedy: 'See why the autoscaler took the node for unused or too old.',
    };
    return [
      expectAlways(story.nodes, there, window, { ...expectation, lasting: HOLD }),
      expectAlways(story.trigger, all(running, 1), window, expectation),
      ...long(story),
    ];
  },
});

/** How the time compares with that in which the same node went once it was empty. */
function long({ timeline, target }: GrowthStory): Finding[] {
  const [from, to, shrunk] = ['grown', 'trigger removed', 'shrunk'].map((name) => timeline.mark(name));
  if (from === undefined || to === undefined || shrunk === undefined) return [];
  const held = showDuration(to.t - from.t);
  const went = showDuration(shrunk.t - to.t);
  return [
    remark(
      'how long it was watched',
      `with a pod on it the node stayed for ${held}; without, ${target.pool} had shrunk after ${went}`,
      [from.seq, to.seq, shrunk.seq],
    ),
  ];
}
