import {
  all,
  bound,
  defineCase,
  expectEventually,
  expectNever,
  negativeWindow,
  pinnedPod,
  requestAccelerators,
  unschedulable,
} from '../../runner/case-kit.ts';
import { control, unknownVendor } from './judging.ts';
import { holder } from './probing-pods.ts';
import { type AcceleratorTarget, instancesOf } from './targets.ts';

const HOLD = 'trap "exit 0" TERM; sleep 3600 & wait';

/**
 * S6 and S8: with all accelerators of a node held, one more pod waits, and so does a pod that asks for more than the node has;
 * once the holder is gone, the waiting pod gets its device.
 */
export const noMoreThanThereAre = defineCase<AcceleratorTarget>({
  id: 'secure_accelerator_access/no-more-than-there-are',
  requirement: 'secure_accelerator_access',
  title:
    'No accelerator is given out twice: a pod waits until one is released, and asking for more than there are never succeeds',
  kind: 'required',
  bar: 'behaviour',
  plan: (facts) =>
    instancesOf(facts, 1, 'all', () => ({
      waits: [{ why: 'a pod too many must not be bound', least: negativeWindow(0) }],
    })),

  async act(bench, target) {
    const holding = await holder(bench, target, 'holder', target.free);
    bench.mark('all held');
    const waiting = async (name: string, count: number): Promise<void> => {
      const request = requestAccelerators(target.ask, count, name);
      for (const object of request.objects) await bench.create(object);
      const container = { name: 'hold', script: HOLD, resources: request.resources };
      const pod = pinnedPod(bench, { name, place: target.place, spec: request.spec, containers: [container] });
      await bench.create(pod, { group: name });
    };
    await waiting('one-more', 1);
    await waiting('too-many', target.usable + 1);
    bench.mark('asked for more');
    await bench.until(bench.pods({ group: 'one-more' }), all(unschedulable, 1), { within: '60s', otherwise: 'go-on' });
    await bench.quiet(bench.pods({ group: 'one-more' }), { during: negativeWindow(5_000), unless: bound });
    bench.mark('release');
    await bench.remove(holding.ref);
    await bench.until(bench.pods({ group: 'one-more' }), all(bound, 1), { within: '90s' });
    bench.mark('released');
  },

  judge(timeline, target) {
    const window = timeline.between('asked for more', 'release');
    const double = 'Let one component alone account for each device (do not advertise it twice).';
    return [
      control(timeline, target, 'holder'),
      expectNever(timeline.pods({ group: 'one-more' }), bound, window, {
        claim: 'with every accelerator held, one more pod is not placed',
        otherwise: 'an accelerator that is held was given out again',
        lasting: '60s',
        remedy: double,
      }),
      expectNever(timeline.pods({ group: 'too-many' }), bound, window, {
        claim: 'a pod that asks for more than the node has is never placed',
        otherwise: 'a request larger than the node was placed',
        lasting: '60s',
        remedy: double,
      }),
      expectEventually(timeline.pods({ group: 'one-more' }), all(bound, 1), timeline.after('release'), {
        claim: 'an accelerator that was released is given out again',
        otherwise: 'the released accelerator was not given out again',
        inexcusable: ['insufficient'],
      }),
      ...unknownVendor(target),
    ];
  },
});
