import { refOf } from '../../kube/object.ts';
import { CASE_LABEL, RUN_LABEL } from '../labels.ts';
import { recordedCall } from './recorded-call.ts';
import { PULL_SECRET, type Session } from './session.ts';
import { waitUntil } from './wait.ts';

export interface NamespaceOptions {
  podSecurity?: 'restricted' | 'baseline' | 'privileged';
  labels?: Record<string, string>;
}

/** Kinds that are watched in every namespace of a case: what its pods do, and what controllers and kubelets say about it. */
const WATCHED = ['v1/Pod', 'events.k8s.io/v1/Event', 'v1/ServiceAccount'] as const;

/** Makes a namespace of the case, watches it, and waits until pods can be created in it. */
export async function makeNamespace(session: Session, name: string, options: NamespaceOptions): Promise<void> {
  const { run, caseLabel, probe } = session;
  const level = options.podSecurity ?? 'restricted';
  const object = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: {
        'pod-security.kubernetes.io/enforce': level,
        ...options.labels,
        [RUN_LABEL]: run,
        [CASE_LABEL]: caseLabel,
      },
    },
  };
  const { ledger, caseId } = session;
  const ref = refOf(object);
  ledger.write({ op: 'create', case: caseId, ref });
  const made = await recordedCall(session, {
    name: 'create namespace',
    ref,
    sent: object,
    ask: (cluster) => cluster.create(object),
  });
  ledger.write({ op: 'created', case: caseId, ref: refOf(made) });
  session.own.add(made.metadata.uid ?? '');
  session.namespaces.push(name);
  await Promise.all(WATCHED.map((of) => session.recorder.observe({ of, namespace: name })));
  // Until the service account is there, the API server refuses pods.
  const target = { of: 'v1/ServiceAccount', namespace: name, name: 'default' };
  const look = (): true | string =>
    session.recorder.picture(target).length > 0 || 'the controller manager has not made it yet';
  await waitUntil(session, { target, name: 'it exists', look }, { within: '60s' });
  if (probe.pullSecret === undefined) return;
  const metadata = { name: PULL_SECRET, namespace: name, labels: { [RUN_LABEL]: run, [CASE_LABEL]: caseLabel } };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, ...probe.pullSecret };
  // Not in the ledger: it goes with the namespace, and nobody needs the right to list secrets for it.
  await recordedCall(session, {
    name: 'create pull secret',
    ref: refOf(secret),
    ask: (cluster) => cluster.create(secret),
    shown: () => ({}),
  });
}
