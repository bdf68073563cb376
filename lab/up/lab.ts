import { PlimsollError } from '../../src/errors.ts';
import type { LabNode } from '../node/node.ts';
import { asLabNode, nodeRecords } from '../node/node-record.ts';
import type { LabDirectory } from '../state/lab-directory.ts';
import type { LabState } from '../state/lab-state.ts';
import { type LabRequest, requestText } from './lab-options.ts';

/** Milliseconds from the start of the work (everything built) until the API server, all nodes, DNS, add-ons were ready. */
export interface LabTimings {
  apiServer?: number;
  nodesReady?: number;
  dns?: number;
  addons?: number;
}

/** A lab that is up. */
export interface Lab {
  readonly name: string;
  /** Path of the administrator's kubeconfig, for programs on this machine. */
  readonly kubeconfig: string;
  /** `https://127.0.0.1:<port>` */
  readonly server: string;
  /** `http://127.0.0.1:<port>`: the lab's registry as this machine reaches it. */
  readonly registry: string;
  /** The lab's folder; files below `addons/` in it are the add-ons' own. */
  readonly directory: string;
  readonly dnsDomain: string;
  readonly nodes: readonly LabNode[];
  readonly addons: readonly string[];
  /** It was up before the call that gave this, which changed nothing. */
  readonly wasUp: boolean;
  readonly timings: Readonly<LabTimings>;
}

export function asLab(lab: LabDirectory, state: LabState, wasUp: boolean, timings: LabTimings): Lab {
  return {
    name: lab.name,
    kubeconfig: lab.kubeconfig,
    server: `https://127.0.0.1:${state.ports.api}`,
    registry: `http://127.0.0.1:${state.ports.registry}`,
    directory: lab.directory,
    dnsDomain: state.dnsDomain,
    nodes: nodeRecords(lab).map(asLabNode),
    addons: state.addons,
    wasUp,
    timings,
  };
}

/**
 * The lab that is up already, for somebody who asks for the same again.
 * @throws PlimsollError `lab-exists` when it was brought up with other options.
 */
export function sameLab(lab: LabDirectory, state: LabState, request: LabRequest): Lab {
  if (state.request !== requestText(request)) {
    throw new PlimsollError(
      'lab-exists',
      `the lab "${lab.name}" is up already, brought up with other options: ${state.request}`,
      `Use it as it is (\`plimsoll lab status --name ${lab.name}\`), take it down first with \`plimsoll lab down --name ${lab.name}\`, or choose another --name.`,
    );
  }
  return asLab(lab, state, true, {});
}
