import { mkdirSync } from 'node:fs';
import { applyAcceleratorObjects } from '../accelerators/accelerator-objects.ts';
import type { LabApi } from '../api/lab-api.ts';
import type { Box } from '../box/start-box.ts';
import type { CgroupLayout } from '../cgroup/cgroup-layout.ts';
import { bootstrapObjects } from '../control-plane/bootstrap-objects.ts';
import { applyCoreDns, coreDnsAvailable } from '../control-plane/coredns.ts';
import { apiServerReady, startControlPlane } from '../control-plane/start-control-plane.ts';
import { listenOnHost } from '../network/host-port.ts';
import { type NodeGround, type PreparedNode, prepareNode } from '../node/add-node.ts';
import { nodesReady } from '../node/nodes-ready.ts';
import { createClusterPki } from '../pki/cluster-pki.ts';
import type { Progress } from '../progress/progress.ts';
import { type LabDirectory, labDirectory } from '../state/lab-directory.ts';
import { lockLab } from '../state/lab-lock.ts';
import { type LabState, writeLabState } from '../state/lab-state.ts';
import { bootId } from '../state/process-identity.ts';
import { installLabAddons, type LabBinaries, labBinaries, prepareMachine, pushLabImages } from '../toolchain.ts';
import { checkMachine } from './check-machine.ts';
import { existingLab } from './existing-lab.ts';
import { asLab, type Lab, type LabTimings, sameLab } from './lab.ts';
import { clearLab } from './lab-down.ts';
import { type LabOptions, type LabRequest, labRequest, requestText } from './lab-options.ts';

const NODES_MS = 90_000;
const DNS_MS = 90_000;

/**
 * Brings a lab up: a control plane, nodes and DNS, all Ready when it resolves. A lab of that name that is whole is left
 * as it is; what is left of a broken or half-made one is cleared first. On any failure everything is taken down again,
 * and when this process is killed meanwhile, everything that runs ends with it.
 * @throws PlimsollError
 */
export async function labUp(options: LabOptions, progress: Progress): Promise<Lab> {
  const request = labRequest(options);
  const lab = labDirectory(request.name);
  const cgroups = checkMachine();
  using _lock = lockLab(lab, `plimsoll lab up --name ${lab.name}`);
  const existing = await existingLab(lab, cgroups);
  if (existing.kind === 'whole') return sameLab(lab, existing.state, request);
  if (existing.kind === 'broken') {
    const end = progress.step(`clearing what is left of the lab "${lab.name}" (${existing.why})`);
    await clearLab(lab, cgroups);
    end();
  }
  await prepareMachine(progress);
  const binaries = await labBinaries(progress, options.signal, request.addons);
  const making = new LabMaking(
    lab,
    request,
    cgroups,
    binaries,
    progress,
    options.signal ?? new AbortController().signal,
  );
  try {
    return await making.make();
  } catch (error) {
    const end = progress.step('taking the half-made lab down again');
    await clearLab(lab, cgroups);
    end();
    throw error;
  }
}

/** One bringing-up: what has been made so far, and the time since it began. */
class LabMaking {
  private readonly boxes: Box[] = [];
  private readonly timings: LabTimings = {};
  private readonly began = performance.now();
  private readonly lab: LabDirectory;
  private readonly request: LabRequest;
  private readonly cgroups: CgroupLayout;
  private readonly binaries: LabBinaries;
  private readonly progress: Progress;
  private readonly signal: AbortSignal;

  constructor(
    lab: LabDirectory,
    request: LabRequest,
    cgroups: CgroupLayout,
    binaries: LabBinaries,
    progress: Progress,
    signal: AbortSignal,
  ) {
    this.lab = lab;
    this.request = request;
    this.cgroups = cgroups;
    this.binaries = binaries;
    this.progress = progress;
    this.signal = signal;
  }

  async make(): Promise<Lab> {
    const { lab, request, progress, signal } = this;
    let end = progress.step('control plane: keys, etcd, API server');
    const state = await this.controlPlane();
    // All at once from here: nodes get ready to start, images go to the registry, and the API server comes up.
    const preparing = quietly(this.prepareNodes(state));
    const images = quietly(pushLabImages(registryUrl(state), request.addons, progress));
    const api = await apiServerReady(lab, signal);
    const ending = new AbortController();
    try {
      // Add-ons need nothing but the API server to begin; their pods start with the first node.
      const addonSignal = AbortSignal.any([signal, ending.signal]);
      const addons = quietly(images.then(() => installLabAddons(lab, request.addons, progress, addonSignal)));
      await Promise.all(bootstrapObjects().map(({ path, object }) => api.apply(path, object)));
      this.timed('apiServer');
      end();
      end = progress.step(`nodes: ${request.nodes.length} to become Ready`);
      const dns = quietly(
        images.then(async () => {
          await applyCoreDns(api, request.dnsDomain);
          if (request.nodes.some(({ accelerators }) => accelerators)) await applyAcceleratorObjects(api);
        }),
      );
      const prepared = await preparing;
      for (const { box } of prepared) box.go();
      await nodesReady(
        api,
        prepared.map(({ node }) => node.name),
        NODES_MS,
        signal,
      );
      this.timed('nodesReady');
      end(prepared.map(({ node }) => node.name).join(', '));
      await this.dns(api, dns, prepared.length > 0);
      // Without a node no add-on can become ready.
      if (prepared.length > 0) await addons;
      if (request.addons.length > 0) this.timed('addons');
    } finally {
      ending.abort();
      await api.close();
    }
    signal.throwIfAborted();
    writeLabState(lab, { ...state, phase: 'running' });
    for (const box of this.boxes) box.keep();
    return asLab(lab, state, false, this.timings);
  }

  private async controlPlane(): Promise<LabState> {
    const { lab, request, cgroups, binaries } = this;
    mkdirSync(lab.controlPlane, { recursive: true, mode: 0o700 });
    mkdirSync(binaries.blobs, { recursive: true });
    const api = await listenOnHost(request.port);
    const registry = await listenOnHost(0);
    try {
      let state: LabState = {
        version: 1,
        name: lab.name,
        boot: bootId(),
        createdAt: new Date().toISOString(),
        phase: 'starting',
        dnsDomain: request.dnsDomain,
        ports: { api: api.port, registry: registry.port },
        featureGates: { ...request.kubernetes.featureGates },
        kubernetesFlags: Object.fromEntries(
          Object.entries(request.kubernetes.flags).map(([name, flags]) => [name, [...flags]]),
        ),
        request: requestText(request),
        addons: [...request.addons],
      };
      writeLabState(lab, state);
      await createClusterPki(lab.pki, request.dnsDomain);
      const box = await startControlPlane(
        lab,
        cgroups,
        { binaries, pki: lab.pki, directory: lab.controlPlane, blobs: binaries.blobs, ...request },
        { api, registry },
      );
      this.boxes.push(box);
      box.go();
      state = { ...state, controlPlane: box.init };
      writeLabState(lab, state);
      return state;
    } finally {
      api.close();
      registry.close();
    }
  }

  private async prepareNodes(state: LabState): Promise<PreparedNode[]> {
    const { lab, cgroups, binaries, request } = this;
    const switchPid = state.controlPlane?.pid ?? 0;
    const ground: NodeGround = { lab, state, cgroups, switchPid, binaries };
    // One after the other as far as names and numbers go (the claims), side by side in what takes time.
    return Promise.all(
      request.nodes.map(async (node) => {
        const prepared = await prepareNode(ground, node);
        this.boxes.push(prepared.box);
        return prepared;
      }),
    );
  }

  private async dns(api: LabApi, dns: Promise<void>, anyNode: boolean): Promise<void> {
    const { progress, signal } = this;
    await dns;
    // Without a node nothing can run in the cluster; DNS starts with the first node that is added.
    if (!anyNode) return;
    const end = progress.step('DNS');
    await coreDnsAvailable(api, DNS_MS, signal);
    this.timed('dns');
    end();
  }

  private timed(what: keyof LabTimings): void {
    this.timings[what] = Math.round(performance.now() - this.began);
  }
}

/** A promise that is looked at later: an error that comes before is not "unhandled". */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function registryUrl(state: LabState): string {
  return `http://127.0.0.1:${state.ports.registry}`;
}
