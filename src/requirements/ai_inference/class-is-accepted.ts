import {
  atLeast,
  defineCase,
  expectSeen,
  type NotRun,
  type RecordedObject,
  remark,
  text,
} from '../../case-kit/index.ts';
import { acceptedClass, CLASS } from './gateway.ts';

/** "With an implementation": some controller has accepted a GatewayClass. Whether it works is what the other cases show. */
export const classIsAccepted = defineCase<Record<string, never>>({
  id: 'ai_inference/class-is-accepted',
  title: 'An implementation of the Gateway API is there: a controller has accepted a GatewayClass',
  kind: 'required',
  bar: 'behaviour',
  plan({ resources }) {
    if (resources.find(CLASS) !== undefined) return [{ params: {}, needs: { reads: [CLASS] } }];
    const notRun: NotRun = {
      outcome: 'inconclusive',
      class: 'not-found',
      message: `${CLASS} is not served`,
      remedy: "Install the Gateway API's CRDs and an implementation of it.",
    };
    return notRun;
  },

  async act(bench) {
    const classes = await bench.observe({ of: CLASS });
    await bench.until(classes, atLeast(1, acceptedClass), { within: '60s', otherwise: 'go-on' });
  },

  judge(timeline) {
    const classes = timeline.objects({ of: CLASS });
    const last = classes.objects.flatMap((one) => one.states.at(-1) ?? []);
    return [
      expectSeen(classes, acceptedClass, timeline.whole(), {
        claim: 'a controller has accepted a GatewayClass',
        otherwise: 'there are CRDs of the Gateway API and no implementation behind them',
        remedy:
          'Install an implementation and its GatewayClass (for example Envoy Gateway, Istio, Cilium, Traefik, kgateway).',
      }),
      ...last.map((state) => remark(`GatewayClass ${state.body.metadata.name ?? ''}`, about(state.body), [state.seq])),
    ];
  },
});

function about(object: RecordedObject): string {
  const accepted = acceptedClass(object);
  return `${text(object, 'spec.controllerName')}: ${accepted === true ? 'accepted' : accepted}`;
}
