import type { CaseDefinition } from '../../../case-kit/define-case.ts';
import type { RecordedObject } from '../../../case-kit/index.ts';
import { resultOf } from '../../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../../evidence/testing/scripted-timeline.ts';
import { API, GATEWAY, ROUTE } from '../gateway.ts';
import type { GatewayParams } from '../instances.ts';

const NAMESPACE = 'plimsoll-test-1';
const CONTROLLER = 'example.test/controller';
const PARAMS: GatewayParams = {
  className: 'example',
  controller: CONTROLLER,
  title: 'Example',
  tolerations: [],
  grant: 'gateway.networking.k8s.io/v1/ReferenceGrant',
};

type Said = readonly (readonly [type: string, status: string, reason: string])[];

function conditions(said: Said): Record<string, unknown>[] {
  return said.map(([type, status, reason]) => ({ type, status, reason, message: '', observedGeneration: 1 }));
}

function gateway(said: Said, addresses: readonly string[], routes: number, port?: string): RecordedObject {
  return {
    apiVersion: API,
    kind: 'Gateway',
    metadata: { name: NAMESPACE, namespace: NAMESPACE, uid: 'uid-gateway', generation: 1 },
    spec: { gatewayClassName: 'example' },
    status: {
      conditions: conditions(said),
      addresses: addresses.map((value) => ({ value })),
      listeners: [
        {
          name: 'http',
          attachedRoutes: routes,
          conditions:
            port === undefined ? [] : [{ type: 'Accepted', status: 'False', reason: 'PortUnavailable', message: port }],
        },
      ],
    },
  };
}

function route(name: string, said: Said): RecordedObject {
  return {
    apiVersion: API,
    kind: 'HTTPRoute',
    metadata: { name, namespace: NAMESPACE, uid: `uid-${name}`, generation: 1, labels: { 'plimsoll.dev/group': name } },
    status: { parents: [{ controllerName: CONTROLLER, conditions: conditions(said) }] },
  };
}

/** `[name, how many, status, who]`. */
export type Answers = readonly (readonly [name: string, count: number, status: string, who: string])[];

/** A client's log: control, where the gateway answered, and so many answers of each kind. */
export function clientLog(answers: Answers, more: { control?: string; reach?: string; lines?: string[] } = {}): string {
  const { control = 'control a 200 a', reach = 'reached http://10.0.0.1:80 404', lines = [] } = more;
  const rows = answers.flatMap(([name, count, status, who]) =>
    Array.from({ length: count }, (_, n) => `answer ${name} ${n} ${status} ${who}`),
  );
  return [control, reach, ...lines, ...rows, 'end', ''].join('\n');
}

export interface GatewayStory {
  /** What is said of the Gateway; default accepted and programmed. */
  readonly says?: Said;
  readonly addresses?: readonly string[];
  /** Why the listener's port is refused. */
  readonly port?: string;
  /** Whether there was an address to ask at, so that routes were made. Default yes. */
  readonly asked?: boolean;
  /** Route -> what is said of it; default of each: accepted and resolved. */
  readonly routes?: Readonly<Record<string, Said>>;
  /** What the listener counts; default all routes. */
  readonly counts?: number;
  /** Clients' pods -> logs, in their order, with what happens before. */
  readonly clients?: readonly {
    readonly pod: string;
    readonly log: string;
    readonly first?: (script: ScriptedTimeline) => void;
  }[];
}

const GOOD: Said = [
  ['Accepted', 'True', 'Accepted'],
  ['Programmed', 'True', 'Programmed'],
];
export const RESOLVED: Said = [
  ['Accepted', 'True', 'Accepted'],
  ['ResolvedRefs', 'True', 'ResolvedRefs'],
];

/** What a run of the shared act would have recorded. */
export function gatewayStory(story: GatewayStory): ScriptedTimeline {
  const { says = GOOD, addresses = ['10.0.0.1'], routes = {}, asked = true, clients = [] } = story;
  const script = new ScriptedTimeline({ params: PARAMS, namespace: NAMESPACE }).watch(GATEWAY).watch(ROUTE);
  script
    .add(gateway([], [], 0))
    .mark('gateway created')
    .wait(1000);
  script.modify(gateway(says, addresses, 0, story.port));
  if (!asked) return script.wait(300_000).mark('gateway waited for').completed();
  script.mark('gateway waited for');
  const names = Object.keys(routes);
  for (const name of names) script.add(route(name, []), { group: name });
  script.mark('routes created', { routes: names.length }).wait(100);
  for (const [name, said] of Object.entries(routes)) script.modify(route(name, said), { group: name });
  script.modify(gateway(says, addresses, story.counts ?? names.length)).wait(1000);
  for (const { pod, log, first } of clients) {
    first?.(script);
    script.log({ pod, container: 'client', text: log });
  }
  return script.wait(60_000).completed();
}

/** What a run reports of a case whose act went as told. */
export function verdictOf(judge: CaseDefinition<GatewayParams>, story: GatewayStory): string {
  return resultOf(judge, gatewayStory(story));
}
