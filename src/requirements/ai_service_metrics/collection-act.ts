import {
  all,
  type Bench,
  inconclusive,
  metered,
  type ObjectRef,
  pinnedPod,
  type RecordedObject,
  ready,
  type SharedAct,
} from '../../case-kit/index.ts';
import {
  CONTROL,
  COUNTED,
  controlRun,
  DEPTH,
  exactWithin,
  FIRST,
  freshWithin,
  GROUP,
  JOINED,
  LOOKS,
  MORE,
  NAME,
  P,
  type Params,
  REPLACED,
  THIRD,
} from './instances.ts';
import {
  both,
  countersStandAt,
  everyPodIsThere,
  gaugesSay,
  identityOf,
  type OwnWord,
  onlySuccessorsAreThere,
  ownWordOf,
  StoreLooks,
  sameAsTheirOwn,
} from './series.ts';

/**
 * The one act of all cases: two pods of an inference server count known numbers of requests; the collector is asked; the store is looked
 * at; more requests; a third pod comes; the third pod goes. A control pod of the same kind, for which nobody asks, stands by.
 */
export const COLLECTION: SharedAct<Params> = { name: 'a collected service', act: collectionAct };

async function collectionAct(bench: Bench, params: Params): Promise<void> {
  const { store, way, collector } = params;
  // What the store is, and that it was there, before anything is created.
  await bench.get(store.ref);
  await new StoreLooks(bench, store, bench.namespace).answersAtAll();
  const service = { name: NAME, namespace: await metered.collectedNamespace(bench, { way }), run: bench.namespace };
  const looks = new StoreLooks(bench, store, service.namespace);
  await looks.once(LOOKS.absent);

  const { deployment, control, pods } = await stand(bench, params, service);
  await Promise.all([
    metered.complete(bench, control, 1),
    ...pods.map((pod, index) => metered.complete(bench, refOf(pod), FIRST[index] ?? 0)),
    ...pods.map((pod) => metered.setQueueDepth(bench, refOf(pod), DEPTH)),
  ]);
  const identities = pods.map(identityOf);
  for (const [index, pod] of identities.entries()) looks.answered(pod, FIRST[index] ?? 0);
  const words = await ownWords(bench, pods);
  bench.learn(COUNTED, { pods: pods.map(nameOf) });
  await looks.once(LOOKS.unasked);

  await metered.collect(bench, params, service);
  bench.mark(P.unasked.to);
  if (!(await looks.until(LOOKS.collected, everyPodIsThere(identities), '3m'))) {
    await looks.targets();
    await metered.recordConfiguration(bench, params, store, service.namespace);
    throw inconclusive(
      'environment',
      `${collector.title} did not collect every pod of the service, so nothing more can be learnt of its values`,
      'See why the service is not collected (the case about discovery says what was seen).',
    );
  }
  await looks.until(LOOKS.exact, sameAsTheirOwn(words), exactWithin(metered.scrapeInterval(collector)));

  await Promise.all([
    ...pods.map((pod) => metered.complete(bench, refOf(pod), MORE)),
    ...pods.map((pod) => metered.setQueueDepth(bench, refOf(pod), 0)),
  ]);
  bench.mark(P.collected.to);
  for (const pod of identities) looks.answered(pod, MORE);
  const counts = new Map(identities.map((pod, index) => [pod, (FIRST[index] ?? 0) + MORE] as const));
  const fresh = both(countersStandAt(counts), gaugesSay(identities, 0));
  await looks.until(LOOKS.fresh, fresh, freshWithin(metered.scrapeInterval(collector)));

  await bench.patch(deployment, { spec: { replicas: 3 } });
  bench.mark(P.joins.from);
  await bench.until(bench.pods({ group: GROUP }), all(ready, 3), { within: '3m' });
  const known = new Set(pods.map(nameOf));
  const third = podsOf(bench).filter((pod) => !known.has(nameOf(pod)));
  const [joined] = third;
  if (joined === undefined)
    throw inconclusive('environment', 'two of the three pods changed meanwhile', 'Run the case again.');
  await metered.complete(bench, refOf(joined), THIRD);
  looks.answered(identityOf(joined), THIRD);
  bench.learn(JOINED, { pods: [nameOf(joined)] });
  await looks.until(LOOKS.third, countersStandAt(new Map([[identityOf(joined), THIRD]])), '3m');

  await bench.remove(refOf(joined), { gracePeriodSeconds: 0 });
  await bench.untilGone({ of: 'v1/Pod', namespace: service.namespace, name: nameOf(joined) }, { within: '60s' });
  await bench.until(bench.pods({ group: GROUP }), all(ready, 3), { within: '3m' });
  const successors = podsOf(bench);
  bench.learn(REPLACED, { pods: successors.map(nameOf) });
  await looks.until(LOOKS.gone, onlySuccessorsAreThere(identityOf(joined), successors.map(identityOf)), '6m');

  await looks.once(LOOKS.control, controlRun(bench.namespace));
  bench.mark(P.replaced.to);

  function podsOf(from: Bench): RecordedObject[] {
    return sorted(from.current(from.pods({ group: GROUP })) as readonly RecordedObject[]);
  }
}

async function stand(
  bench: Bench,
  { way, tolerations }: Params,
  service: { name: string; namespace: string; run: string },
): Promise<{ deployment: ObjectRef; control: ObjectRef; pods: RecordedObject[] }> {
  const elsewhere = await bench.createNamespace(CONTROL, { labels: { ...way.namespaceLabels } });
  const { container, volumes } = metered.meteredContainer({ run: controlRun(bench.namespace) });
  const controlPod = pinnedPod(bench, {
    name: CONTROL,
    labels: { [metered.SERVICE_LABEL]: NAME },
    containers: [container],
    spec: { volumes, tolerations, terminationGracePeriodSeconds: 0 },
  });
  const [deployment, control] = await Promise.all([
    bench.create(
      metered.meteredDeployment(bench, {
        ...service,
        replicas: 2,
        spec: { tolerations },
        ...metered.annotationsFor({ way }),
      }),
      { group: GROUP },
    ),
    bench.create({ ...controlPod, metadata: { ...controlPod.metadata, namespace: elsewhere } }, { group: CONTROL }),
  ]);
  await bench.until(bench.pods({ group: GROUP }), all(ready, 2), { within: '3m' });
  await bench.until(bench.pods({ group: CONTROL }), all(ready, 1), { within: '3m' });
  const pods = sorted(bench.current(bench.pods({ group: GROUP })) as readonly RecordedObject[]);
  return { deployment: deployment.ref, control: control.ref, pods };
}

/** What the pods say of themselves, now that nobody asks them anything. */
async function ownWords(bench: Bench, pods: readonly RecordedObject[]): Promise<OwnWord[]> {
  const words = await Promise.all(
    pods.map(async (pod) => ownWordOf(identityOf(pod), await metered.ownMetrics(bench, refOf(pod)))),
  );
  const wrong = words.find((word) => typeof word === 'string');
  if (typeof wrong === 'string')
    throw inconclusive('environment', wrong, 'See what changes answers between the pods and the API server.');
  return words.filter((word) => typeof word !== 'string');
}

function sorted(pods: readonly RecordedObject[]): RecordedObject[] {
  return [...pods].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf(pod: RecordedObject): string {
  return pod.metadata.name ?? '';
}

function refOf({ apiVersion, kind, metadata }: RecordedObject): ObjectRef {
  const { name = '', namespace = '', uid = '' } = metadata;
  return { apiVersion, kind, name, namespace, uid };
}
