/** How the accelerators of a node are handed out (lab/accelerators). */
export type AcceleratorMode = 'device-plugin' | 'dra' | 'none';

/** A device node that is made in the node's own /dev before anything starts there. */
export interface NodeDevice {
  /** Absolute path inside the node, for example `/dev/plimsoll/accelerator0`. */
  readonly path: string;
  readonly type: 'block' | 'character';
  readonly major: number;
  readonly minor: number;
  /** Octal file mode, `0600` when left out. */
  readonly mode?: string;
}

/** A long-running command inside a box's namespaces. It is restarted one second after it ends. */
export interface Service {
  /** Names the log file (`lab logs NODE/NAME`): letters, digits and dashes. */
  readonly name: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** `start`: with the box itself. `go` (default): once the API server answers, with the kubelet. */
  readonly when?: 'start' | 'go';
}

/** One accelerator as the node knows it. */
export interface NodeAccelerator {
  readonly index: number;
  readonly uuid: string;
  /** Path of the device inside the node. */
  readonly path: string;
  /** Name under /sys/block, which is machine-wide, for example `loop12`. */
  readonly blockDevice: string;
}

/** What a set of accelerators adds to the node that has them. Made by lab/accelerators before the node starts. */
export interface NodeAccelerators {
  readonly accelerators: readonly NodeAccelerator[];
  readonly devices: readonly NodeDevice[];
  /** Device plugin, DRA driver, metrics exporter: run inside the node's namespaces. */
  readonly services: readonly Service[];
  readonly labels: Readonly<Record<string, string>>;
  /** Host folders or files that the services read; seen read-only at the same path inside the node. */
  readonly binds?: readonly string[];
  /** Shell lines, run as root in the node's own file system before any service. */
  readonly prepare?: readonly string[];
  /** Programs besides runc that containerd starts containers with. */
  readonly runtimes?: readonly ContainerRuntime[];
}

/** A low-level container runtime of a node (a handler in the words of a RuntimeClass). */
export interface ContainerRuntime {
  readonly handler: string;
  /** Absolute path. */
  readonly binary: string;
  /** Pods that name no RuntimeClass get it. */
  readonly isDefault: boolean;
}

/** What is known of a node before it starts: enough to make its accelerators. */
export interface NodePlan {
  readonly lab: string;
  readonly name: string;
  /** 1-60; the address and the pod range follow from it. */
  readonly index: number;
  /** 198.18.0.(20 + index) */
  readonly address: string;
  /** 198.18.(64 + index).0/24 */
  readonly podCidr: string;
  /** The node's folder on the host; `accelerators/` in it is lab/accelerators' own, files there go with the node. */
  readonly directory: string;
}

/** A node that runs. */
export interface LabNode extends NodePlan {
  /** Process id, on the host, of PID 1 of the node. Killing it is pulling the node's plug. */
  readonly initPid: number;
  /** `/proc/<initPid>/ns/net` */
  readonly netns: string;
  readonly mode: AcceleratorMode;
  /** Whose programs hand them out (lab/accelerators/setups); undefined: the lab's own. */
  readonly setup?: string | undefined;
  readonly accelerators: readonly NodeAccelerator[];
}

/** What lab/accelerators offers to whoever starts and ends nodes (passed in, so that the two can be built apart). */
export interface AcceleratorMaker {
  /**
   * Makes `count` devices for the node. Throws a PlimsollError when the machine has no room for them.
   * @param driver program (of the checkout) that hands them out instead of the lab's own: a deliberately defective one
   */
  make(
    plan: NodePlan,
    count: number,
    mode: Exclude<AcceleratorMode, 'none'>,
    driver?: string,
  ): Promise<NodeAccelerators>;
  /** The same in the way of a vendor (lab/accelerators/setups), by its programs. Its programs have been built. @throws PlimsollError `unknown-setup` */
  makeSetup(plan: NodePlan, count: number, setup: string): Promise<NodeAccelerators>;
  /**
   * Takes away every device whose backing file lies below `directory` (a node's folder, or the whole lab's).
   * Must work without any state in memory (after a kill -9 or a reboot) and do nothing when there is none.
   */
  release(directory: string): Promise<void>;
}
