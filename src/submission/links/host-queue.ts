import PQueue from 'p-queue';

export interface HostLimits {
  /** Requests at the same time to one host. */
  readonly perHost: number;
  /** Milliseconds from the start of one request to a host to the start of the next. */
  readonly spacingMs: number;
  /** Requests at the same time to all hosts. */
  readonly overall: number;
}

/** Runs tasks so that no host gets too many at once or too fast; a host can be left alone for a while. */
export class HostQueue {
  readonly #hosts = new Map<string, PQueue>();
  readonly #all: PQueue;
  readonly #limits: HostLimits;

  constructor(limits: HostLimits) {
    this.#limits = limits;
    this.#all = new PQueue({ concurrency: limits.overall });
  }

  /** Runs `task` when its host and the whole allow it. */
  run<T>(host: string, task: () => Promise<T>): Promise<T> {
    return this.#of(host).add(() => this.#all.add(task));
  }

  /** Starts nothing more for this host until `ms` have passed; a longer rest that is under way stays. */
  rest(host: string, ms: number): void {
    const queue = this.#of(host);
    if (queue.isPaused) return;
    queue.pause();
    setTimeout(() => queue.start(), ms);
  }

  #of(host: string): PQueue {
    const { perHost, spacingMs } = this.#limits;
    const queue = this.#hosts.get(host) ?? new PQueue({ concurrency: perHost, intervalCap: 1, interval: spacingMs });
    this.#hosts.set(host, queue);
    return queue;
  }
}
