import {
  type Bench,
  defineCase,
  expectEventually,
  type Finding,
  fact,
  type GroupCondition,
  type KindName,
  named,
  phases,
  type RecordedObject,
  ready,
  type Timeline,
} from '../../case-kit/index.ts';
import { available, controllerKinds, watchController } from './controller-runs.ts';
import { instancesOf, mayDelete } from './instances.ts';
import { type OperatorParams, ownedKinds } from './operator.ts';

import { judgeReconciling } from './reconcile-judging.ts';
import { createAndRun, repair } from './reconciles-and-repairs.ts';

/** What a mark says of the controller before it is restarted. */
interface Before {
  readonly of: 'v1/Pod';
  readonly namespace: string;
  readonly labels: string;
  readonly pods: readonly string[];
}

/** The facts of the controllers begin with this, with which each is restarted. */
const RESTARTING = 'restarting ';
const P = phases({ restarts: ['restarts begin', 'restarted'] });

/**
 * R6, only with --allow-disrupt: the controller is restarted (as `kubectl rollout restart` does it; put back at the end) while a resource
 * of its own runs. The new one keeps that resource as the old one did.
 */
export const survivesRestart = defineCase<OperatorParams>({
  id: 'robust_controller/survives-restart',
  title: 'A restarted controller goes on where the old one ended',
  kind: 'extended',
  bar: 'behaviour',
  plan: (facts) =>
    facts.options.allowDisrupt
      ? instancesOf(facts, 'operator', ({ profile, controllers }) => ({
          reads: [...ownedKinds(profile), 'apps/v1/ReplicaSet'],
          changes: controllerKinds(controllers),
          rules: mayDelete(facts, profile.repair?.of as KindName | undefined),
        }))
      : {
          outcome: 'inconclusive',
          class: 'not-enabled',
          message: "it restarts an operator's controller, which disturbs whoever uses it",
          remedy: 'Allow it with --allow-disrupt.',
        },

  async act(bench, params) {
    const owner = await createAndRun(bench, params);
    bench.begin(P.restarts);
    for (const controller of params.controllers) await restart(bench, controller);
    bench.finish(P.restarts);
    await repair(bench, params.profile, owner);
  },

  judge: (timeline, params) => [...judgeReconciling(timeline, params), ...replaced(timeline)],
});

async function restart(bench: Bench, controller: OperatorParams['controllers'][number]): Promise<void> {
  const { kind, namespace, name } = controller;
  const { workload, pods } = await watchController(bench, controller);
  await bench.until(workload, available, { within: '60s' });
  const old = bench.current(pods).map((pod) => pod.metadata.uid ?? '');
  const annotations = { 'plimsoll.dev/restarted-by': bench.run };
  await bench.patch(
    { apiVersion: 'apps/v1', kind, namespace, name },
    { spec: { template: { metadata: { annotations } } } },
  );
  bench.learn(fact<Before>(`${RESTARTING}${namespace}/${name}`), { ...pods, pods: old });
  await bench.until(pods, anew(old), { within: '2m' });
}

/** A pod that was not there before is ready, and none of the old ones is left. */
function anew(old: readonly string[]): GroupCondition {
  return named('replaced', (pods: readonly RecordedObject[]) => {
    const left = pods.filter((pod) => old.includes(pod.metadata.uid ?? ''));
    if (left.length > 0) return `${left.length} of the old pods are left`;
    return pods.some((pod) => ready(pod) === true) || 'no new pod is ready';
  });
}

function replaced(timeline: Timeline): Finding[] {
  return timeline
    .marks()
    .filter(({ name }) => name.startsWith(RESTARTING))
    .map(({ name, data }) => {
      const { pods: old, ...target } = data as Before;
      return expectEventually(timeline.objects(target), anew(old), timeline.after(name), {
        claim: `${name.slice(RESTARTING.length)} is ready again after a restart`,
        otherwise: 'the controller did not come back',
        remedy: "See the events and logs of the controller's new pod.",
      });
    });
}
