import * as z from 'zod';

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** `group/version/Kind`, or `v1/Kind` of the core group. */
const KindText = z
  .string()
  .regex(/^(?:[^/\s]+\/)?[^/\s]+\/[A-Z]\w*$/, 'group/version/Kind is wanted, such as batch/v1/Job');
/** A path with dots; numbers are places in a list: `spec.replicatedJobs.0.replicas`. */
const FieldPath = z.string().regex(/^\w+(?:\.[\w-]+)*$/, 'a path with dots is wanted, such as spec.replicas');

/** What a status has to say: a condition with a status, or a field with a value. */
const StateCheck = z.union([
  z.strictObject({ condition: z.string(), is: z.enum(['True', 'False', 'Unknown']) }),
  z.strictObject({ field: FieldPath, is: Scalar }),
]);
const FieldSet = z.strictObject({ field: FieldPath, to: z.json() });

/** A change that makes a valid object invalid by a rule that the schema does not have. */
const Violation = z.strictObject({
  /** The rule, as a sentence. */
  why: z.string(),
  set: z.array(FieldSet).min(1),
});

/** An object as it is to be created. See README.md of robust_controller for the placeholders. */
const Template = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

/** What has to be known about an operator to try it: plain data, filled and driven by src/requirements/robust_controller. */
export const OperatorProfile = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'small letters, digits and - are wanted'),
  title: z.string(),
  /** `support`: tried and reported, but it is no AI operator by itself and suffices for nothing. */
  role: z.enum(['operator', 'support']),
  /** `group/Kind` of its resource, and the versions that the profile speaks, the best first. */
  api: z.string().regex(/^[^/\s]+\.[^/\s]+\/[A-Z]\w*$/, 'group/Kind is wanted'),
  versions: z.array(z.string()).min(1),
  /** Names of its Deployments or StatefulSets; `*` stands for anything. */
  controllers: z.array(z.string()).min(1),
  webhook: z.strictObject({
    /** Its usual installation has webhooks: without any, it is not whole. */
    expected: z.boolean(),
    /** What its mutating webhook fills in. */
    defaulted: z.array(z.strictObject({ field: FieldPath, is: Scalar })).default([]),
    /** For creating; the first one whose fields the served schema knows is tried. */
    invalid: z.array(Violation).min(1),
    /** The same for changing the valid object. */
    invalidUpdate: z.array(Violation).default([]),
  }),
  /** Objects that have to be there before. */
  prepare: z.array(Template).default([]),
  valid: Template,
  /** What the operator makes of it: objects whose controller it is, as many at all times as said here. */
  children: z.array(z.strictObject({ of: KindText, count: z.int().min(1) })).default([]),
  /** Kinds between the children and their pods. */
  between: z.array(KindText).default([]),
  /** Pods that run for it in the end. */
  pods: z.int().min(0),
  /** What its status says when they do. */
  ready: z.array(StateCheck).min(1),
  /** Kind of a child that is deleted and has to come back. */
  repair: z.strictObject({ of: KindText }).optional(),
  /** A field of a child (of a kind with `metadata.generation`) that is changed and has to be put back. */
  managedField: z.strictObject({ of: KindText, field: FieldPath, to: Scalar }).optional(),
  /** A change of the valid object, what follows from it, and the way back to the beginning. */
  change: z
    .strictObject({
      set: z.array(FieldSet).min(1),
      pods: z.int().min(0),
      ready: z.array(StateCheck).min(1),
      back: z.array(FieldSet).min(1),
    })
    .optional(),
});
export type OperatorProfile = z.infer<typeof OperatorProfile>;
export type StateCheck = z.infer<typeof StateCheck>;
export type FieldSet = z.infer<typeof FieldSet>;
