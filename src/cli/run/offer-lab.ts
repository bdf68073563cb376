import {
  CONFORMANT_ADDONS,
  CONFORMANT_NODES,
  DEFAULT_LAB,
  inWords,
  labBuildSeconds,
  labNames,
  labStatus,
} from '../../../lab/lab.ts';
import { requireRoot } from '../../../lab/up/check-machine.ts';
import { EXIT, PlimsollError } from '../../errors.ts';
import { bringUp } from '../lab/bring-up.ts';
import { type LabAnswer, type LabOffer, labChoices, type RunningLab } from './lab-choices.ts';

const WHAT = `No cluster is named: there is no --kubeconfig, no KUBECONFIG, no ~/.kube/config, and this is not a pod.
A lab is a real Kubernetes on this machine whose accelerators are simulated. It needs root, and a run on it is stamped
"simulated": nothing of it may go into a submission.
`;

/**
 * Asks the person at the terminal whether a lab will do, and brings one up when told so.
 * @returns the lab's name; undefined: neither
 * @throws PlimsollError `interrupted` at Ctrl-C, and those of bringing a lab up
 */
export async function offerLab(): Promise<{ name: string; broughtUp: boolean } | undefined> {
  const answer = await ask(await offer());
  if ('neither' in answer) return undefined;
  if ('use' in answer) return { name: answer.use, broughtUp: false };
  await bringUp({ name: answer.bringUp, nodes: CONFORMANT_NODES, addons: CONFORMANT_ADDONS });
  return { name: answer.bringUp, broughtUp: true };
}

async function ask(what: LabOffer): Promise<LabAnswer> {
  const { default: select } = await import('@inquirer/select');
  process.stderr.write(WHAT);
  try {
    return await select(
      { message: 'Which cluster is to be tested?', choices: labChoices(what) },
      { output: process.stderr },
    );
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== 'ExitPromptError') throw cause;
    throw new PlimsollError('interrupted', 'nothing was chosen', 'Nothing was done.', {
      exitCode: EXIT.interrupted,
      cause,
    });
  }
}

async function offer(): Promise<LabOffer> {
  const names = labNames();
  const fresh = freshName(names);
  const base = { running: [], fresh, addons: CONFORMANT_ADDONS, build: undefined };
  try {
    requireRoot();
    const running = (await Promise.all(names.map(runningLab))).filter((lab) => lab !== undefined);
    const seconds = await labBuildSeconds(CONFORMANT_ADDONS);
    return { ...base, running, cannot: undefined, build: seconds === 0 ? undefined : inWords(seconds) };
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    return { ...base, cannot: error.message };
  }
}

async function runningLab(name: string): Promise<RunningLab | undefined> {
  const { kind, nodes, addons } = await labStatus(name);
  if (kind !== 'whole') return undefined;
  const accelerators = nodes.reduce((sum, node) => sum + node.accelerators, 0);
  return { name, nodes: nodes.length, accelerators, addons };
}

/** A name that no lab has: a broken one of the usual name may be somebody's to look at. */
function freshName(taken: readonly string[]): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? DEFAULT_LAB : `${DEFAULT_LAB}-${n}`;
    if (!taken.includes(name)) return name;
  }
}
