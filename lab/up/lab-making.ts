import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyAcceleratorObjects } from '../accelerators/accelerator-objects.ts';
import { toleration } from '../addons/fit-for-lab.ts';
import type { LabApi } from '../api/lab-api.ts';
import { crashLoop } from '../box/crash-loop.ts';
import type { Box } from '../box/start-box.ts';
import type { CgroupLayout } from '../cgroup/cgroup-layout.ts';
import { bootstrapObjects } from '../control-plane/bootstrap-objects.ts';
import { applyCoreDns, coreDnsAvailable } from '../control-plane/coredns.ts';
import { admissionConfig } from '../control-plane/pod-security.ts';
import { apiServerReady, CONTROL_PLANE, startControlPlane } from '../control-plane/start-control-plane.ts';
import { listenOnHost } from '../network/host-port.ts';
import { acceleratorsOffered } from '../node/accelerators-offered.ts';
import { type NodeGround, type PreparedNode, prepareNode } from '../node/add-node.ts';
import { nodeNames } from '../node/node-record.ts';
import { nodesReady } from '../node/nodes-ready.ts';
import { createClusterPki } from '../pki/cluster-pki.ts';
import type { Progress } from '../progress/progress.ts';
import { type Provider, prepareProvider, startProvider } from '../provider/start-provider.ts';
import { type LabDirectory, nodeDirectory } from '../state/lab-directory.ts';
import { type LabState, writeLabState } from '../state/lab-state.ts';
import { patient } from '../state/patience.ts';
import { bootId } from '../state/process-identity.ts';
import { installLabAddons, type LabBinaries, needsProvider, pushLabImages } from '../toolchain.ts';
import { asLab, type Lab, type LabTimings } from './lab.ts';
import { type LabRequest, requestText, setupsOf } from './lab-options.ts';

const NODES_MS = 90_000;
/** From Ready until a vendor's program has registered: five seconds on a quiet machine. */
const OFFERED_MS = 60_000;
const DNS_MS = 90_000;
const CRASHES_MS = 1_000;

/** What a lab is made from. */
export interface LabGround {
  readonly lab: LabDirectory;
  readonly request: LabRequest;
  readonly cgroups: CgroupLayout;
  readonly binaries: LabBinaries;
  readonly progress: Progress;
  /** Ends the making, with an error. */
  readonly signal: AbortSignal;
}

/** One bringing-up of a lab: what has been started so far, and the time since it began. */
export class LabMaking {
  private readonly boxes: Box[] = [];
  private provider: Provider | undefined;
  private readonly timings: LabTimings = {};
  private readonly began = performance.now();
  private readonly ground: LabGround;

  constructor(ground: LabGround) {
    this.ground = ground;
  }

  /**
   * Makes the lab. Until the last line everything that was started ends with this process; what a failure leaves is the
   * caller's to clear.
   */
  async make(): Promise<Lab> {
    const { lab, request, progress, signal } = this.ground;
    const end = progress.step('control plane: keys, etcd, API server');
    if (await needsProvider(request.addons)) prepareProvider(lab);
    const state = await this.controlPlane();
    // All at once from here: nodes get ready to start, images go to the registry, and the API server comes up.
    const preparing = quietly(this.prepareNodes(state));
    const setups = setupsOf(request.nodes);
    const images = quietly(pushLabImages(`http://127.0.0.1:${state.ports.registry}`, request.addons, progress, setups));
    const failing = new AbortController();
    const all = AbortSignal.any([signal, failing.signal]);
    const crashes = setInterval(() => this.lookForCrashLoops(failing), CRASHES_MS);
    let api: LabApi | undefined;
    try {
      api = await apiServerReady(lab, all);
      const ready = api;
      await Promise.all(bootstrapObjects().map(({ path, object }) => ready.apply(path, object)));
      this.timed('apiServer');
      end();
      // Add-ons need nothing but the API server to begin; their pods start with the first node.
      const works = [this.nodes(api, preparing, all), this.dns(api, images, all), this.addons(images, all)];
      await Promise.all(works.map(quietly));
    } finally {
      clearInterval(crashes);
      failing.abort();
      await api?.close();
    }
    signal.throwIfAborted();
    writeLabState(lab, { ...state, phase: 'running' });
    for (const box of this.boxes) box.keep();
    this.provider?.keep();
    return asLab(lab, state, false, this.timings);
  }

  private async controlPlane(): Promise<LabState> {
    const { lab, request, cgroups, binaries } = this.ground;
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
        acceleratorTaints: [...request.acceleratorTaints],
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
        {
          binaries,
          pki: lab.pki,
          directory: lab.controlPlane,
          blobs: binaries.blobs,
          ...request,
          ...this.admission(),
        },
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

  /** The file with the Pod Security level, unless it is Kubernetes' own. */
  private admission(): { admission?: string } {
    const { lab, request } = this.ground;
    if (request.podSecurity === 'privileged') return {};
    const admission = join(lab.controlPlane, 'admission.json');
    writeFileSync(admission, admissionConfig(request.podSecurity));
    return { admission };
  }

  private async prepareNodes(state: LabState): Promise<PreparedNode[]> {
    const { lab, cgroups, binaries, request } = this.ground;
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

  private async nodes(api: LabApi, preparing: Promise<PreparedNode[]>, signal: AbortSignal): Promise<void> {
    const prepared = await preparing;
    const names = prepared.map(({ node }) => node.name);
    const end = this.ground.progress.step(`nodes: ${names.length} to become Ready`);
    for (const { box } of prepared) box.go();
    await nodesReady(api, names, patient(NODES_MS), signal);
    this.timed('nodesReady');
    end(names.join(', '));
    await acceleratorsOffered(
      api,
      prepared.map(({ node }) => node),
      patient(OFFERED_MS),
      signal,
    );
  }

  private async dns(api: LabApi, images: Promise<void>, signal: AbortSignal): Promise<void> {
    const { request, progress } = this.ground;
    // Nodes that are made later may have accelerators as well.
    const later = await needsProvider(request.addons);
    const own = later || request.nodes.some(({ accelerators, setup }) => accelerators && setup === undefined);
    await applyAcceleratorObjects(api, { own, setups: setupsOf(request.nodes) });
    await images;
    await applyCoreDns(api, request.dnsDomain, request.acceleratorTaints.map(toleration));
    // Without a node nothing can run in the cluster; DNS starts with the first one that is added.
    if (request.nodes.length === 0) return;
    const end = progress.step('DNS');
    await coreDnsAvailable(api, patient(DNS_MS), signal);
    this.timed('dns');
    end();
  }

  private async addons(images: Promise<void>, signal: AbortSignal): Promise<void> {
    const { lab, request, progress } = this.ground;
    if (request.addons.length === 0) return;
    if (await needsProvider(request.addons)) this.provider = startProvider(lab, this.ground.cgroups);
    await images;
    await installLabAddons({ ...lab, taints: request.acceleratorTaints }, request.addons, progress, signal);
    this.timed('addons');
  }

  /** Ends all waiting when a component cannot start at all, rather than at the end of everybody's patience. */
  private lookForCrashLoops(failing: AbortController): void {
    const { lab } = this.ground;
    const boxes = [
      [CONTROL_PLANE, lab.controlPlane],
      ...nodeNames(lab).map((name) => [name, nodeDirectory(lab, name)]),
    ];
    for (const [name = '', directory = ''] of boxes) {
      const error = crashLoop(name, directory);
      if (error) failing.abort(error);
    }
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
