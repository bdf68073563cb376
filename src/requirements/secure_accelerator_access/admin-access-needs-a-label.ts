import {
  accelerators,
  defineCase,
  doesNotApply,
  expectAnswer,
  type Finding,
  list,
  ofControl,
  read,
  type Timeline,
} from '../../case-kit/index.ts';
import { type AcceleratorTarget, targetOn } from './targets.ts';

/**
 * S7: a claim for administrative access, which would reach devices that others hold, is refused in a namespace that does not
 * carry the label for it (KEP-5018). Control: the same claim without it is accepted.
 */
export const adminAccessNeedsALabel = defineCase<AcceleratorTarget>({
  id: 'secure_accelerator_access/admin-access-needs-a-label',
  title: 'Administrative access to devices of others is refused outside namespaces that are meant for it',
  kind: 'conditional',
  bar: 'behaviour',

  plan(facts) {
    const version = facts.inventory.dra.versions[0];
    return accelerators.instances(facts, {
      least: 0,
      // What is asked for otherwise has no administrative access.
      only: ({ mode }) => mode === 'dra' && version === 'v1',
      none: { outcome: 'not-applicable', message: 'no accelerator is handed out by DRA (resource.k8s.io/v1)' },
      on: (offer) => ({
        params: targetOn(offer, facts.inventory),
        needs: { creates: ['resource.k8s.io/v1/ResourceClaim'] },
      }),
    });
  },

  async act(bench, { ask }) {
    const claim = (name: string, exactly: object) => ({
      apiVersion: ask.apiVersion ?? '',
      kind: 'ResourceClaim',
      metadata: { name },
      spec: { devices: { requests: [{ name: 'r', exactly }] } },
    });
    const exactly = accelerators.deviceRequest(ask, 1)['exactly'] as object;
    await bench.attempt('ordinary claim', (named) => named.create(claim('ordinary', exactly)));
    await bench.attempt('admin claim', (named) => named.create(claim('admin', { ...exactly, adminAccess: true })));
  },

  judge(timeline) {
    const posted = (name: string) => ({ name, method: 'POST' });
    return [
      ofControl(
        expectAnswer(
          timeline,
          posted('ordinary claim'),
          (answer) => answer.status === 201 || `status ${answer.status}`,
          {
            claim: 'an ordinary claim is accepted (control)',
            otherwise: 'an ordinary claim was refused',
          },
        ),
        { control: 'environment' },
      ),
      dropped(timeline) ??
        expectAnswer(
          timeline,
          posted('admin claim'),
          (answer) => answer.status === 422 || answer.status === 403 || `status ${answer.status}`,
          {
            claim: 'a claim for administrative access is refused without the label',
            otherwise: 'administrative access was given in an ordinary namespace',
            remedy: 'Do not label namespaces of users with resource.kubernetes.io/admin-access.',
          },
        ),
    ];
  },
});

/** An API server that knows no administrative access (gate DRAAdminAccess off) stores the claim without the field: nothing was given. */
function dropped(timeline: Timeline): Finding | undefined {
  const answer = timeline.answers({ name: 'admin claim', method: 'POST' }).find(({ status }) => status === 201);
  const requests = list(answer?.body, 'spec.devices.requests');
  if (answer === undefined || requests.length === 0) return undefined;
  if (requests.some((request) => read(request, 'exactly.adminAccess') !== undefined)) return undefined;
  const claim = 'a claim for administrative access is refused without the label';
  return doesNotApply(claim, 'the API server knows no administrative access: it left the field out', [answer.seq]);
}
