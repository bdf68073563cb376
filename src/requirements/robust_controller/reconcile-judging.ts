import {
  expectAnswer,
  expectEventually,
  type Finding,
  fails,
  firstMoment,
  none,
  passes,
  remark,
  showDuration,
  type Timeline,
  text,
} from '../../case-kit/index.ts';
import { CHANGED, CHANGED_BACK, CHILD_DELETED, CREATED, FIELD_CHANGED, P } from './instances.ts';
import { childrenOf, type OperatorParams, only, ownedKinds, podsRun, putBack, resourceKind, says } from './operator.ts';

const LOG = "See the controller's log, and the permissions of its service account.";
/** How far a status may run ahead of what the watches show: they are not ordered among each other. */
const AHEAD_MS = 5000;

/** R4, R5. */
export function judgeReconciling(timeline: Timeline, params: OperatorParams): readonly Finding[] {
  const accepted = expectAnswer(
    timeline,
    { name: 'create', method: 'POST' },
    (answer) => answer.status === 201 || `status ${answer.status ?? 'none'}`,
    { claim: `a ${kindOf(params)} can be created`, otherwise: `a valid ${kindOf(params)} was refused`, remedy: LOG },
  );
  const created = timeline.learned(CREATED);
  if (created === undefined) return [accepted];
  const { uid } = created.data;
  return [
    accepted,
    ...becomes(timeline, params, uid),
    ...repaired(timeline, params, uid),
    ...fieldPutBack(timeline, params),
    ...followed(timeline, params, uid),
    ...collected(timeline, params, uid),
  ];
}

function kindOf({ profile }: OperatorParams): string {
  return text(profile.valid, 'kind');
}

function object(timeline: Timeline, params: OperatorParams, uid: string): ReturnType<Timeline['objects']> {
  return timeline.objects({ of: resourceKind(params), uid });
}

/** R4: children, pods, status; and no status that says so before they run. */
function becomes(timeline: Timeline, params: OperatorParams, uid: string): Finding[] {
  const { profile } = params;
  const window = timeline.after(CREATED);
  const pods = timeline.pods({ owner: uid });
  const status = object(timeline, params, uid);
  const ready = only(says(profile.ready));
  return [
    ...profile.children.map(({ of, count }) =>
      expectEventually(timeline.objects({ of, owner: uid }), childrenOf(uid, count), window, {
        claim: `a ${kindOf(params)} is turned into ${count} ${of}`,
        otherwise: `the controller did not make ${of} of a ${kindOf(params)}`,
        remedy: LOG,
        inexcusable: ['forbidden'],
      }),
    ),
    ...(profile.pods === 0
      ? []
      : [
          expectEventually(pods, podsRun(profile.pods), window, {
            claim: `its pods run (${profile.pods})`,
            otherwise: 'its pods never ran',
            remedy: LOG,
            inexcusable: ['forbidden'],
          }),
        ]),
    expectEventually(status, ready, window, {
      claim: 'its status says that it is as wanted',
      otherwise: 'its status never said that it is as wanted',
      remedy: LOG,
    }),
    ...truthful(timeline, params, uid),
  ];
}

function truthful(timeline: Timeline, params: OperatorParams, uid: string): Finding[] {
  const window = timeline.after(CREATED);
  if (params.profile.pods === 0) return [];
  const said = firstMoment(object(timeline, params, uid), only(says(params.profile.ready)), window);
  if (said === undefined) return [];
  const ran = firstMoment(timeline.pods({ owner: uid }), podsRun(params.profile.pods), window);
  const claim = 'its status does not say so before its pods run';
  if (ran !== undefined && ran.after <= said.after + AHEAD_MS)
    return [
      passes(claim, `pods after ${showDuration(ran.after)}, status after ${showDuration(said.after)}`, [said.seq]),
    ];
  const when = ran === undefined ? 'never' : `after ${showDuration(ran.after)}`;
  return [fails(claim, `status after ${showDuration(said.after)}, pods ran ${when}`, [said.seq], LOG)];
}

/** R5: another child with pods of its own in the place of the deleted one. */
function repaired(timeline: Timeline, params: OperatorParams, uid: string): Finding[] {
  const { profile } = params;
  if (profile.repair === undefined)
    return [remark('a deleted child comes back', 'the profile names no child to delete', [])];
  const deleted = timeline.learned(CHILD_DELETED);
  if (deleted === undefined) return [];
  const { of, uid: lost, pods } = deleted.data;
  const count = profile.children.find((one) => one.of === of)?.count ?? 1;
  const window = timeline.after(CHILD_DELETED);
  return [
    expectEventually(timeline.objects({ of, owner: uid }), childrenOf(uid, count, [lost]), window, {
      claim: `a ${of} that was deleted comes back with a new uid`,
      otherwise: `a ${of} that was deleted did not come back`,
      remedy: LOG,
      bar: 'behaviour',
      inexcusable: ['forbidden'],
    }),
    expectEventually(timeline.pods({ owner: uid }), podsRun(profile.pods, pods), window, {
      claim: 'and so do its pods',
      otherwise: 'its pods did not come back',
      remedy: LOG,
      bar: 'behaviour',
      inexcusable: ['forbidden'],
    }),
  ];
}

function fieldPutBack(timeline: Timeline, { profile }: OperatorParams): Finding[] {
  const changed = timeline.learned(FIELD_CHANGED);
  if (profile.managedField === undefined)
    return [remark('a changed field is put back', 'the profile names no field that the operator keeps', [])];
  if (changed === undefined) return [];
  const { of, uid, generation, was } = changed.data;
  const { field } = profile.managedField;
  return [
    expectEventually(
      timeline.objects({ of, uid }),
      only(putBack(field, was, generation)),
      timeline.after(FIELD_CHANGED),
      {
        claim: `${field} of a ${of}, changed by somebody else, is put back`,
        otherwise: `${field} of a ${of} stayed as somebody else had changed it`,
        remedy: LOG,
        bar: 'behaviour',
      },
    ),
  ];
}

/** R5: a change of the object, and the way back, are followed by its pods and told by its status. */
function followed(timeline: Timeline, params: OperatorParams, uid: string): Finding[] {
  const { profile } = params;
  const { change } = profile;
  if (change === undefined) return [remark('a change is followed', 'the profile names no change', [])];
  return (
    [
      [CHANGED, change.pods, change.ready, 'a change of the object'],
      [CHANGED_BACK, profile.pods, profile.ready, 'taking the change back'],
    ] as const
  ).flatMap(([made, pods, ready, what]) => {
    const found = timeline.learned(made);
    if (found === undefined) return [];
    const { generation } = found.data;
    const window = timeline.after(made);
    const status = expectEventually(object(timeline, params, uid), only(says(ready, generation)), window, {
      claim: `its status follows ${what}`,
      otherwise: `its status did not follow ${what}`,
      remedy: LOG,
      bar: 'behaviour',
    });
    if (profile.pods === 0) return [status];
    return [
      expectEventually(timeline.pods({ owner: uid }), podsRun(pods), window, {
        claim: `its pods follow ${what} (${pods})`,
        otherwise: `its pods did not follow ${what}`,
        remedy: LOG,
        bar: 'behaviour',
        inexcusable: ['forbidden'],
      }),
      status,
    ];
  });
}

/** R5: nothing of it stays. */
function collected(timeline: Timeline, params: OperatorParams, uid: string): Finding[] {
  if (timeline.mark(P.collected.from) === undefined) return [];
  const window = timeline.after(P.collected.from);
  const kinds = [...new Set([...ownedKinds(params.profile), ...(params.profile.pods > 0 ? ['v1/Pod'] : [])])];
  const finding = (selection: ReturnType<Timeline['objects']>, what: string): Finding =>
    expectEventually(selection, none, window, {
      claim: `${what} is gone when it is deleted`,
      otherwise: `${what} stays behind`,
      remedy: 'See its finalizers and owner references: who is to take them away does not.',
    });
  return [
    finding(object(timeline, params, uid), `the ${kindOf(params)}`),
    ...kinds.map((of) => finding(timeline.objects({ of, owner: uid }), `every ${of} of it`)),
  ];
}
