import type { Cluster } from '../../src/kube/cluster.ts';
import { connect } from '../../src/kube/connect.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import type { Taint } from '../node/kubelet-config.ts';
import type { Progress } from '../progress/progress.ts';
import { applyAll } from './apply-all.ts';
import { crdsEstablished } from './crds-established.ts';
import { fitForLab } from './fit-for-lab.ts';
import { forgetAddon, recallAddon, rememberAddons } from './installed-addons.ts';
import { type PreparedAddon, prepareAddons } from './prepare-addons.ts';
import { removeObjects } from './remove-objects.ts';
import { waitReady } from './wait-ready.ts';

const CRD_MS = 60_000;
const READY_MS = 180_000;

/** What of a lab add-ons need. */
export interface AddonHost {
  readonly kubeconfig: string;
  /** The lab's folder. */
  readonly directory: string;
  /** Taints of its accelerator nodes, which the add-ons' pods tolerate. */
  readonly taints?: readonly Taint[];
}

/**
 * Installs add-ons into a lab whose registry has their images, all side by side: of each its CRDs first, then the rest; then
 * waits until it is ready to be used.
 * @throws PlimsollError `unknown-addon`, `addon-not-ready`, or a typed error of src/kube
 */
export async function installAddons(
  host: AddonHost,
  names: readonly string[],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const prepared = (await prepareAddons(names, progress)).map(({ addon, objects, late }) => ({
    addon,
    objects: objects.map((object) => fitForLab(object, host.taints ?? [])),
    late: late.map((object) => fitForLab(object, host.taints ?? [])),
  }));
  if (prepared.length === 0) return;
  const cluster = await connect({ kubeconfig: host.kubeconfig, signal });
  try {
    rememberAddons(host.directory, prepared);
    await Promise.all(prepared.map((one) => installOne(cluster, one, progress, signal)));
  } finally {
    await cluster.close();
  }
}

/** Takes add-ons out again, all at once, with every object of their own kinds. What they needed stays unless it is named. */
export async function uninstallAddons(
  host: AddonHost,
  names: readonly string[],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const cluster = await connect({ kubeconfig: host.kubeconfig, signal });
  try {
    const end = progress.step(`removing ${names.join(', ')}`);
    await removeObjects(
      cluster,
      names.flatMap((name) => recallAddon(host.directory, name)),
      signal,
    );
    for (const name of names) forgetAddon(host.directory, name);
    end();
  } finally {
    await cluster.close();
  }
}

async function installOne(
  cluster: Cluster,
  { addon, objects, late }: PreparedAddon,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const end = progress.step(`add-on ${addon.name}`);
  const crds = objects.filter(isCrd);
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
  await applyAll(cluster, [...namespaces, ...crds], signal);
  if (crds.length > 0) await crdsEstablished(cluster, crds, addon.name, CRD_MS, signal);
  const rest = objects.filter((object) => !isCrd(object) && object.kind !== 'Namespace');
  await applyAll(cluster, rest, signal);
  await Promise.all(addon.ready.map((readiness) => waitReady(cluster, readiness, addon.name, READY_MS, signal)));
  await applyAll(cluster, late, signal);
  end('ready');
}

function isCrd({ kind }: KubeObject): boolean {
  return kind === 'CustomResourceDefinition';
}
