import {
  type Bench,
  type Condition,
  condition,
  type GroupCondition,
  inconclusive,
  type KindName,
  type KubeObject,
  kube,
  list,
  named,
  number,
  type offered,
  type Place,
  podSpec,
  type RecordedObject,
  read,
  running,
  text,
} from '../../case-kit/index.ts';

/** What every case of this requirement is called with. Plain JSON: the judge reads the profile from the evidence. */
export interface OperatorParams {
  readonly profile: offered.OperatorProfile;
  /** `group/version` by which it is driven. */
  readonly api: string;
  /** All served versions of its resource, without the group. */
  readonly versions: readonly string[];
  readonly plural: string;
  readonly namespaced: boolean;
  readonly controllers: readonly offered.Controller[];
  /** Where its pods are put. */
  readonly place: Place;
}

/** Name of the object under test. */
const NAME = 'probe';
const HOLD = 'trap "exit 0" TERM; sleep 3600 & wait';

/** The resource under test. */
export function resourceKind({ api, profile }: Pick<OperatorParams, 'api' | 'profile'>): KindName {
  return `${api}/${profile.api.slice(profile.api.indexOf('/') + 1)}`;
}

/** Kinds that the profile creates. */
export function createdKinds({ api, profile }: Pick<OperatorParams, 'api' | 'profile'>): KindName[] {
  const filling = { api, name: NAME, namespace: '', image: '', pod: () => ({ containers: [] }) };
  return [...new Set([...profile.prepare, profile.valid].map((one) => kube.kindName(fill(one, filling))))];
}

/** Kinds of what comes of it. */
export function ownedKinds({ children, between }: offered.OperatorProfile): KindName[] {
  return [...new Set([...children.map((child) => child.of as KindName), ...(between as KindName[])])];
}

function fillingOf(bench: Bench, { api, place }: OperatorParams): Filling {
  return {
    api,
    name: NAME,
    namespace: bench.namespace,
    image: bench.image,
    pod: (container) => {
      const spec = podSpec(bench, { name: NAME, place, containers: [{ name: container, script: HOLD }] });
      return spec as ReturnType<Filling['pod']>;
    },
  };
}

/** The profile's valid object. */
export function validObject(bench: Bench, params: OperatorParams): KubeObject {
  return fill(params.profile.valid, fillingOf(bench, params));
}

/** Creates what has to be there before. A refusal ends the act: nothing of the operator can be tried without it. */
export async function prepare(bench: Bench, params: OperatorParams): Promise<void> {
  for (const template of params.profile.prepare) {
    const object = fill(template, fillingOf(bench, params));
    const made = await bench.attempt('prepare', (again) => again.create(object));
    if (!made.accepted)
      throw inconclusive(
        'environment',
        `${object.kind} ${object.metadata.name ?? ''}, which ${params.profile.title} needs, was refused: ${made.said}`,
        `See why ${params.profile.title} or the API server refuses it; a newer version may want another profile (--tables FILE).`,
      );
  }
}

/** What the placeholders of a profile stand for. */
interface Filling {
  /** `group/version` of the operator's resource. */
  readonly api: string;
  /** Name of the object under test. */
  readonly name: string;
  /** The case's namespace; cluster-scoped objects take their names from it. */
  readonly namespace: string;
  readonly image: string;
  /** Spec of a pod of one container of that name which holds until it is deleted. */
  pod(container: string): { containers: readonly Record<string, unknown>[]; [field: string]: unknown };
}

/**
 * A profile's object with its placeholders filled. In texts: `{api}`, `{name}`, `{namespace}`, `{image}`. An object with
 * `"$pod": NAME` becomes a pod's spec with one container NAME; its `$container` adds to that container, its other fields to the spec.
 */
export function fill(template: unknown, filling: Filling): KubeObject {
  return filled(template, filling) as KubeObject;
}

function filled(value: unknown, filling: Filling): unknown {
  if (typeof value === 'string') return filledText(value, filling);
  if (Array.isArray(value)) return value.map((item) => filled(item, filling));
  if (!kube.isObject(value)) return value;
  const { $pod: container, $container: more, ...fields } = value;
  const own = Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, filled(one, filling)]));
  if (typeof container !== 'string') return own;
  const { containers, ...spec } = filling.pod(container);
  const added = kube.isObject(more) ? (filled(more, filling) as Record<string, unknown>) : {};
  return { ...spec, containers: containers.map((one) => ({ ...one, ...added })), ...own };
}

function filledText(text: string, { api, name, namespace, image }: Filling): string {
  const values: Readonly<Record<string, string>> = { api, name, namespace, image };
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}

type Steps = readonly string[];

/** The object with these fields set; what is missing on the way is made. The object itself stays as it is. */
export function withFields<T>(object: T, sets: readonly offered.FieldSet[]): T {
  return sets.reduce((whole, { field, to }) => withField(whole, field.split('.'), to) as T, object);
}

function withField(value: unknown, [step, ...rest]: Steps, to: unknown): unknown {
  if (step === undefined) return to;
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value];
    copy[Number(step)] = withField(copy[Number(step)], rest, to);
    return copy;
  }
  const fields = kube.isObject(value) ? value : {};
  return { ...fields, [step]: withField(fields[step], rest, to) };
}

/** The JSON merge patch that sets these fields of `current`: a list on the way is sent as a whole, as such patches demand. */
export function mergePatch(current: unknown, sets: readonly offered.FieldSet[]): Record<string, unknown> {
  const wanted = withFields(current, sets);
  return sets.reduce<Record<string, unknown>>((patch, { field }) => {
    const steps = field.split('.');
    const list = steps.findIndex((_, index) => index > 0 && Array.isArray(read(current, steps.slice(0, index))));
    const until = list < 0 ? steps : steps.slice(0, list);
    return withField(patch, until, read(wanted, until)) as Record<string, unknown>;
  }, {});
}

/** The fields of `sets` that the answer of the API server does not have: the served schema does not know them. */
export function unknownFields(answered: unknown, sets: readonly offered.FieldSet[]): string[] {
  return sets
    .filter(({ field, to }) => to !== null && read(answered, field.split('.')) === undefined)
    .map(({ field }) => field);
}

/**
 * The object's status says all of this, and says it of the object as it is now: where it names a generation (its own or a
 * condition's), it is the present one. `since`: the generation must be at least so new.
 */
export function says(checks: readonly offered.StateCheck[], since = 0): Condition {
  const name = `says ${checks.map(showCheck).join(', ')}${since > 0 ? ` of generation ${since}` : ''}`;
  return named(name, (object: RecordedObject) => {
    const generation = number(object, 'metadata.generation') ?? 0;
    if (generation < since) return `it is of generation ${generation} yet`;
    const observed = number(object, 'status.observedGeneration');
    if (observed !== undefined && observed < generation)
      return `its status is of generation ${observed}, the object of ${generation}`;
    for (const check of checks) {
      const reason = 'condition' in check ? conditionIs(object, check, generation) : fieldIs(object, check);
      if (reason !== true) return reason;
    }
    return true;
  });
}

function showCheck(check: offered.StateCheck): string {
  return 'condition' in check ? `${check.condition}=${check.is}` : `${check.field}=${String(check.is)}`;
}

function conditionIs(
  object: RecordedObject,
  { condition: type, is }: offered.StateCheck & { condition: string },
  generation: number,
): true | string {
  const found = condition(object, type);
  if (found === undefined) return `no condition ${type} yet`;
  const observed = number(found, 'observedGeneration') ?? 0;
  if (observed > 0 && observed < generation) return `its condition ${type} is of generation ${observed}`;
  const said = [text(found, 'reason'), text(found, 'message')].filter((part) => part !== '').join(': ');
  return text(found, 'status') === is || `${type}=${text(found, 'status')}${said === '' ? '' : ` (${said})`}`;
}

function fieldIs(object: RecordedObject, { field, is }: offered.StateCheck & { field: string }): true | string {
  const found = read(object, field.split('.'));
  return (found ?? null) === is || `${field} is ${found === undefined ? 'not there' : JSON.stringify(found)}`;
}

/** Exactly `count` objects have the owner for their controller and are not going; those of `except` do not count. */
export function childrenOf(owner: string, count: number, except: readonly string[] = []): GroupCondition {
  const name = `${count} made by the operator${except.length > 0 ? ' anew' : ''}`;
  return named(name, (objects: readonly RecordedObject[]) => {
    const own = objects.filter((object) => isChild(object, owner) && !except.includes(object.metadata.uid ?? ''));
    return own.length === count || `${own.length} of ${count} are there`;
  });
}

/** Is the owner its controller, and is it there to stay? */
export function isChild(object: RecordedObject, owner: string): boolean {
  const controllers = list(object, 'metadata.ownerReferences').filter((one) => read(one, 'controller') === true);
  return object.metadata.deletionTimestamp === undefined && controllers.some((one) => text(one, 'uid') === owner);
}

/** Exactly `count` pods run and none of them is going; those of `except` do not count. With 0: no pod is left that could run. */
export function podsRun(count: number, except: readonly string[] = []): GroupCondition {
  const name = count === 0 ? 'no pods' : `${count} pods running${except.length > 0 ? ' anew' : ''}`;
  return named(name, (pods: readonly RecordedObject[]) => {
    const counted = pods.filter((pod) => !except.includes(pod.metadata.uid ?? ''));
    const over = (pod: RecordedObject): boolean => ['Succeeded', 'Failed'].includes(text(pod, 'status.phase'));
    const there = counted.filter((pod) => !over(pod));
    if (count === 0) return there.length === 0 || `${there.length} pods are still there`;
    const run = there.filter((pod) => pod.metadata.deletionTimestamp === undefined && running(pod) === true);
    if (run.length === count) return true;
    const waiting = there.map(running).find((reason) => reason !== true);
    return `${run.length} of ${count} run${waiting === undefined ? '' : `: ${String(waiting)}`}`;
  });
}

/** The field has that value again, after a change that made the given generation. */
export function putBack(field: string, value: unknown, generation: number): Condition {
  return named(`${field} put back`, (object: RecordedObject) => {
    const now = number(object, 'metadata.generation') ?? 0;
    if (now <= generation) return 'nothing was changed about it since';
    const found = read(object, field.split('.'));
    return JSON.stringify(found) === JSON.stringify(value) || `${field} is ${JSON.stringify(found) ?? 'not there'}`;
  });
}

/** The condition on the only object there is. */
export function only(what: Condition): GroupCondition {
  const check = (objects: readonly RecordedObject[]): true | string =>
    objects[0] === undefined ? 'it is not there' : what(objects[0]);
  return named(what.name, check);
}
