/** A lab that is up, as it is offered. */
export interface RunningLab {
  readonly name: string;
  readonly nodes: number;
  readonly accelerators: number;
  readonly addons: readonly string[];
}

/** What is known of this machine when a lab is offered. */
export interface LabOffer {
  readonly running: readonly RunningLab[];
  /** The name that a new lab would have. */
  readonly fresh: string;
  readonly addons: readonly string[];
  /** Why no lab can be brought up here, in a few words; undefined when one can. */
  readonly cannot: string | undefined;
  /** How long building what is missing takes, in words; undefined when everything is built. */
  readonly build: string | undefined;
}

export type LabAnswer = { readonly use: string } | { readonly bringUp: string } | { readonly neither: true };

export interface LabChoice {
  readonly name: string;
  readonly value: LabAnswer;
  readonly disabled?: string;
}

/** What a person without a cluster can choose from, and what each costs. */
export function labChoices({ running, fresh, addons, cannot, build }: LabOffer): LabChoice[] {
  const cost =
    build === undefined
      ? 'everything is built: about a minute'
      : `builds Kubernetes and the rest from Go modules first: about ${build}, once`;
  const up = `bring up a lab "${fresh}" with ${addons.join(', ')} (${cost})`;
  return [
    ...running.map((lab) => ({
      name: `the lab "${lab.name}", which is up: ${content(lab)}`,
      value: { use: lab.name },
    })),
    { name: up, value: { bringUp: fresh }, ...(cannot === undefined ? {} : { disabled: `(not here: ${cannot})` }) },
    { name: 'neither: tell me how to name a cluster', value: { neither: true } },
  ];
}

function content({ nodes, accelerators, addons }: RunningLab): string {
  const of = (amount: number, what: string): string => `${amount} ${what}${amount === 1 ? '' : 's'}`;
  const more = addons.length === 0 ? 'no add-ons' : addons.join(', ');
  return `${of(nodes, 'node')}, ${of(accelerators, 'accelerator')}, ${more}`;
}
