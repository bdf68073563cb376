import {
  type BenchAnswer,
  defineCase,
  type EntryOf,
  type Finding,
  fails,
  list,
  passes,
  remark,
  type Timeline,
  text,
  undecided,
} from '../../case-kit/index.ts';
import { GRANT_VERSIONS, GROUP } from './gateway.ts';

const KINDS = ['GatewayClass', 'Gateway', 'HTTPRoute', 'GRPCRoute'] as const;
const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
const VERSIONS = [...new Set(['v1', ...GRANT_VERSIONS])];
const CRD = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gatewayclasses.gateway.networking.k8s.io';

type Answer = EntryOf<'answer'>;

/** R0: v1 serves the four kinds that are generally available, with every verb, and ReferenceGrant is there. */
export const apiIsServed = defineCase<Record<string, never>>({
  id: 'ai_inference/api-is-served',
  title: 'The Gateway API is served: GatewayClass, Gateway, HTTPRoute and GRPCRoute in v1, and ReferenceGrant',
  kind: 'required',
  bar: 'official',
  plan: () => [
    {
      params: {},
      needs: {
        rules: [
          {
            verbs: ['get'],
            apiGroups: ['apiextensions.k8s.io'],
            resources: ['customresourcedefinitions'],
            resourceNames: [`gatewayclasses.${GROUP}`],
          },
        ],
      },
    },
  ],

  async act(bench) {
    const ask = (name: string, path: string): Promise<unknown> =>
      bench.attempt(name, (named): Promise<BenchAnswer> => named.request({ path }));
    await Promise.all([
      ...VERSIONS.map((version) => ask(`discovery of ${version}`, `/apis/${GROUP}/${version}`)),
      ask('definition', CRD),
    ]);
  },

  judge(timeline) {
    const [v1, ...others] = VERSIONS.map((version) => timeline.answers({ name: `discovery of ${version}` }).at(-1));
    return [...kindsServed(v1), ...grantServed([v1, ...others]), ...versionOf(timeline)];
  },
});

/** Answers that tell what is served; anything else (403, 5xx, none) tells nothing. */
function tells(answer: Answer): boolean {
  return answer.status === 200 || answer.status === 404;
}

function served(answer: Answer | undefined, kind: string): readonly unknown[] | undefined {
  const found = list(answer?.body, 'resources').find(
    (one) => text(one, 'kind') === kind && !text(one, 'name').includes('/'),
  );
  return found === undefined ? undefined : list(found, 'verbs');
}

function kindsServed(answer: Answer | undefined): Finding[] {
  const claim = `${GROUP}/v1 serves ${KINDS.join(', ')} with every verb`;
  if (answer === undefined || !tells(answer))
    return [undecided('environment', claim, `status ${answer?.status ?? 'none'}`, evidenceOf(answer))];
  const lacks = KINDS.flatMap((kind) => {
    const verbs = served(answer, kind);
    if (verbs === undefined) return [`no ${kind}`];
    return VERBS.filter((verb) => !verbs.includes(verb)).map((verb) => `${kind} without ${verb}`);
  });
  if (lacks.length === 0) return [passes(claim, `${answer.path} has them`, [answer.seq])];
  const remedy = "Install the Gateway API's CRDs of the standard channel (version 1.1 or newer).";
  return [fails(claim, `${answer.path}: ${lacks.join(', ')}`, [answer.seq], remedy)];
}

function grantServed(answers: readonly (Answer | undefined)[]): Finding[] {
  const claim = 'ReferenceGrant is served, in v1 or v1beta1';
  const found = answers.find((answer) => served(answer, 'ReferenceGrant') !== undefined);
  if (found !== undefined) return [passes(claim, found.path, [found.seq])];
  const evidence = answers.flatMap(evidenceOf);
  if (!answers.every((answer) => answer !== undefined && tells(answer)))
    return [undecided('environment', claim, 'discovery did not answer', evidence)];
  return [fails(claim, 'neither version has it', evidence, "Install the Gateway API's CRDs of the standard channel.")];
}

function versionOf(timeline: Timeline): Finding[] {
  const answer = timeline.answers({ name: 'definition' }).at(-1);
  const annotation = (name: string): string =>
    text(answer?.body, ['metadata', 'annotations', `gateway.networking.k8s.io/${name}`]);
  if (answer === undefined || annotation('bundle-version') === '') return [];
  const told = `${annotation('bundle-version')}, ${annotation('channel')} channel`;
  return [remark('which version of the Gateway API it is', told, [answer.seq])];
}

function evidenceOf(answer: Answer | undefined): number[] {
  return answer === undefined ? [] : [answer.seq];
}
