import {
  defineCase,
  expectAnswer,
  expectSeen,
  type Finding,
  fails,
  inconclusive,
  named,
  passes,
  phases,
  type RecordedObject,
  read,
  type Target,
  type Timeline,
  text,
  undecided,
} from '../../case-kit/index.ts';
import { apiOf, type DraKind, GROUP, KINDS, kindIn, notServed, unserved, versionsThatCount } from './dra-api.ts';
import { holds, syntheticObject } from './synthetic-objects.ts';

interface Params {
  readonly api: string;
  readonly kind: DraKind;
}

const P = phases({
  deleting: ['changed', 'deleted'],
  sweeping: ['another created', 'collection deleted'],
});

const STEP = '30s';
const ANNOTATION = 'plimsoll.dev/patched';
const LABEL = 'plimsoll.dev/updated';

/**
 * R1: create, get, list by label, patch, update (and a stale update), delete, deletecollection, each of them seen by a watch that
 * was there before. What is stored is what was sent.
 */
export const objectLifecycle = defineCase<Params>({
  id: 'dra_support/object-lifecycle',
  title: 'Objects of all four kinds are created, read, changed, watched and deleted, and kept as they were sent',
  kind: 'required',
  bar: 'official',

  plan(facts) {
    const api = apiOf(facts);
    if (api === undefined) return notServed(`${GROUP}/${versionsThatCount(facts).join(' or ')}`);
    return KINDS.map((kind) => {
      if (unserved(facts, api, [kind]).length > 0) return { variant: kind, notRun: notServed(`${kind} of ${api}`) };
      const of = kindIn(api, kind);
      return { variant: kind, params: { api, kind }, needs: { creates: [of], changes: [of], sweeps: [of] } };
    });
  },

  async act(bench, { api, kind }) {
    const of = kindIn(api, kind);
    const object = syntheticObject(api, kind, `${bench.namespace}-one`);
    const made = await bench.attempt('create', (step) => step.create(object, { group: 'one' }));
    if (!made.accepted)
      throw inconclusive('environment', `${kind} was refused: ${made.said}`, 'See why the API server refuses it.');
    const { ref } = made.value;
    const where = ref.namespace === undefined ? {} : { namespace: ref.namespace };
    const stale = await bench.get(ref);
    await bench.attempt('get', (step) => step.get(ref));
    await bench.attempt('list', (step) => step.list(of, { ...where, labels: `plimsoll.dev/run=${bench.run}` }));
    const patch = { metadata: { annotations: { [ANNOTATION]: 'yes' } } };
    const patched = await bench.attempt('patch', (step) => step.patch(ref, patch));
    const newest = patched.accepted ? patched.value : await bench.get(ref);
    const { metadata } = newest;
    const updated = { ...newest, metadata: { ...metadata, labels: { ...metadata.labels, [LABEL]: 'yes' } } };
    await bench.attempt('update', (step) => step.replace(updated));
    await bench.attempt('stale update', (step) => step.replace(stale));
    await bench.until(made.value, changed, { within: STEP, otherwise: 'go-on' });
    bench.mark(P.deleting.from);
    await bench.attempt('delete', (step) => step.remove(ref));
    await bench.untilGone({ of, uid: made.value.uid }, { within: STEP, otherwise: 'go-on' });
    bench.mark(P.deleting.to);

    const other = await bench.create(syntheticObject(api, kind, `${bench.namespace}-two`), { group: 'two' });
    bench.mark(P.sweeping.from);
    await bench.attempt('deletecollection', (step) => step.removeAll(of, where));
    await bench.untilGone({ of, uid: other.uid }, { within: STEP, otherwise: 'go-on' });
    bench.mark(P.sweeping.to);
  },

  judge(timeline, { api, kind }) {
    const one = { of: kindIn(api, kind), group: 'one' };
    const answered = (name: string, method: string, ...wanted: number[]): Finding =>
      expectAnswer(
        timeline,
        { name, method },
        ({ status }) => (status !== undefined && wanted.includes(status)) || `status ${status ?? 'none'}`,
        { claim: `${kind}: ${name} is answered ${wanted.join(' or ')}`, otherwise: `${kind}: ${name} does not work` },
      );
    return [
      answered('create', 'POST', 201),
      stored(timeline, kind),
      answered('get', 'GET', 200),
      answered('list', 'GET', 200),
      answered('patch', 'PATCH', 200),
      answered('update', 'PUT', 200),
      answered('stale update', 'PUT', 409),
      answered('delete', 'DELETE', 200, 202),
      answered('deletecollection', 'DELETE', 200, 202),
      expectSeen(timeline.objects(one), changed, timeline.before(P.deleting.from), {
        claim: `${kind}: the watch shows the patch and the update, both stored`,
        otherwise: `${kind}: what was patched and updated was not stored, or the watch did not show it`,
      }),
      watched(timeline, one, kind),
      swept(timeline, { of: kindIn(api, kind), group: 'two' }, kind),
    ];
  },
});

/** Carries both what was patched and what was updated. */
function changed(object: RecordedObject): true | string {
  const { annotations, labels } = object.metadata;
  if (annotations?.[ANNOTATION] !== 'yes') return 'the patched annotation is not there';
  return labels?.[LABEL] === 'yes' || 'the updated label is not there';
}

/** The answer to the read shows every field that was sent. */
function stored(timeline: Timeline, kind: DraKind): Finding {
  const claim = `${kind}: every field that was sent is stored`;
  const [sent] = timeline.answers({ name: 'create', method: 'POST' });
  const got = timeline.answers({ name: 'get', method: 'GET' }).find((answer) => answer.status === 200);
  const wanted = read(sent?.sent, 'spec');
  if (sent === undefined || got?.body === undefined || wanted === undefined)
    return undecided('environment', claim, 'it was not read back', got === undefined ? [] : [got.seq]);
  const answer = holds(read(got.body, 'spec'), wanted);
  const evidence = [sent.seq, got.seq];
  return answer === true ? passes(claim, 'read back as sent', evidence) : fails(claim, answer, evidence);
}

/** The object was there and is gone. Never having been seen would look the same as being gone. */
function swept(timeline: Timeline, target: Target, kind: DraKind): Finding {
  const claim = `${kind}: deletecollection deletes`;
  const selection = timeline.objects(target);
  const deleted = selection.objects.flatMap((object) => object.states.filter((state) => state.event === 'DELETED'));
  if (deleted.length > 0)
    return passes(
      claim,
      'the watch saw it go',
      deleted.map((state) => state.seq),
    );
  const window = timeline.between(P.sweeping.from, P.sweeping.to);
  const left = window.missing === undefined ? selection.at(window.toSeq).map((state) => state.seq) : [];
  if (left.length > 0) return fails(claim, 'deletecollection left the object behind', [...left, window.toSeq]);
  return undecided('environment', claim, window.missing ?? 'the object was never seen, so neither was its end', []);
}

/** ADDED, MODIFIED and DELETED came by the watch itself, not by a later list. */
function watched(timeline: Timeline, target: Target, kind: DraKind): Finding {
  const claim = `${kind}: a watch delivers ADDED, MODIFIED and DELETED`;
  const selection = timeline.objects(target);
  const window = timeline.before(P.deleting.to);
  const states = selection.objects.flatMap((object) => object.states.filter((state) => state.source === 'watch'));
  const missing = (['ADDED', 'MODIFIED', 'DELETED'] as const).filter(
    (event) => !states.some((state) => state.event === event),
  );
  const evidence = states.map((state) => state.seq);
  if (missing.length === 0) return passes(claim, states.map((state) => text(state, 'event')).join(', '), evidence);
  // Undecided where the watch itself was cut, or the act never came so far.
  const decided = expectSeen(
    selection,
    named('delivered', () => `no ${missing.join(', no ')}`),
    window,
    {
      claim,
      otherwise: 'the watch did not deliver everything',
    },
  );
  return decided.outcome === 'fail'
    ? fails(claim, `the watch never delivered ${missing.join(', ')}`, [...evidence, window.toSeq])
    : decided;
}
