import { defineCase, fails, list, passes, text, undecided } from '../../case-kit/index.ts';
import { GROUP, KINDS, versionsThatCount } from './dra-api.ts';

interface Params {
  readonly versions: readonly string[];
}

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** A version that counts is served with all four kinds, every verb, and the status of claims. */
export const apiIsServed = defineCase<Params>({
  id: 'dra_support/api-is-served',
  title: 'The API of Dynamic Resource Allocation is served with all of its kinds',
  kind: 'required',
  bar: 'official',
  plan: (facts) => [{ params: { versions: versionsThatCount(facts) }, needs: {} }],

  async act(bench, { versions }) {
    for (const version of versions)
      await bench.attempt(`discovery of ${version}`, (named) => named.request({ path: `/apis/${GROUP}/${version}` }));
  },

  judge(timeline, { versions }) {
    const claim = `${GROUP} is served with ${KINDS.join(', ')} and every verb`;
    const answers = versions.flatMap((version) => timeline.answers({ name: `discovery of ${version}` }));
    const looked = answers.map((answer) => {
      const lacks = answer.status === 200 ? whatIsMissing(answer.body) : `status ${answer.status ?? 'none'}`;
      return { answer, lacks };
    });
    const whole = looked.find(({ lacks }) => lacks === '');
    const evidence = answers.map((answer) => answer.seq);
    if (whole !== undefined) return [passes(claim, `${whole.answer.path} is whole`, [whole.answer.seq])];
    const seen = looked.map(({ answer, lacks }) => `${answer.path}: ${lacks}`).join('; ');
    const remedy = `Serve ${GROUP}/${versions[0] ?? 'v1'} (feature gate DynamicResourceAllocation, --runtime-config).`;
    const told = answers.length === versions.length && answers.every(({ status }) => status === 200 || status === 404);
    return [
      told ? fails(claim, seen, evidence, remedy) : undecided('environment', claim, seen || 'no answer', evidence),
    ];
  },
});

/** Names what an APIResourceList lacks; empty when nothing. */
function whatIsMissing(body: unknown): string {
  const resources = list(body, 'resources');
  const kinds = KINDS.flatMap((kind) => {
    const found = resources.find((one) => text(one, 'kind') === kind && !text(one, 'name').includes('/'));
    if (found === undefined) return [`no ${kind}`];
    const verbs = list(found, 'verbs');
    return VERBS.filter((verb) => !verbs.includes(verb)).map((verb) => `${kind} without ${verb}`);
  });
  const status = resources.some((one) => text(one, 'name') === 'resourceclaims/status');
  return [...kinds, ...(status ? [] : ['no resourceclaims/status'])].join(', ');
}
