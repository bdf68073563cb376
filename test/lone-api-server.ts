import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import { ensureBinaries } from '../lab/build/ensure-binaries.ts';
import { type HostPort, listenOnHost } from '../lab/network/host-port.ts';
import { createClusterPki, signForCluster } from '../lab/pki/cluster-pki.ts';
import { kubeconfig } from '../lab/pki/kubeconfig.ts';
import { projectFile } from '../lab/project-root.ts';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const ADDRESS = '198.18.0.10';
/** A test run that is killed must leave no API server behind. */
const DIE_WITH_PARENT = ['--pdeathsig', 'KILL'];

/**
 * A real etcd and a real kube-apiserver with nothing else, for tests of API access: they can be killed, frozen and started
 * anew at will. They live in a network namespace without any link; the host reaches them through a relay whose listening
 * socket was made outside (the lab does the same).
 */
export class LoneApiServer {
  readonly directory: string;
  readonly #binaries: Map<string, string>;
  readonly #flags: readonly string[];
  readonly #port: HostPort;
  readonly #processes = new Map<string, ChildProcess>();
  readonly #holder: ChildProcess;

  private constructor(
    directory: string,
    binaries: Map<string, string>,
    flags: readonly string[],
    port: HostPort,
    holder: ChildProcess,
  ) {
    this.directory = directory;
    this.#binaries = binaries;
    this.#flags = flags;
    this.#port = port;
    this.#holder = holder;
  }

  /** @param flags flags of kube-apiserver in addition */
  static async start(flags: readonly string[] = []): Promise<LoneApiServer> {
    const binaries = await ensureBinaries(['kube', 'etcd'], { step: () => () => {}, note: () => {} });
    const directory = mkdtempSync(join(tmpdir(), 'plimsoll-api-'));
    await createClusterPki(join(directory, 'pki'), 'cluster.local');
    const port = await listenOnHost(0);
    const holder = spawn(
      'setpriv',
      [
        ...DIE_WITH_PARENT,
        'unshare',
        '--net',
        '--fork',
        '--kill-child',
        'sh',
        '-ec',
        `ip link set lo up; ip address add ${ADDRESS}/32 dev lo; echo up; exec sleep infinity`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve, reject) => {
      holder.stdout?.once('data', resolve);
      holder.once('exit', () => reject(new Error('the network namespace could not be made')));
    });
    const server = new LoneApiServer(directory, binaries, flags, port, holder);
    server.#startEtcd();
    server.#startRelay();
    try {
      await server.startApi();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port.port}`;
  }

  get pki(): string {
    return join(this.directory, 'pki');
  }

  get apiPid(): number {
    return this.#running('kube-apiserver').pid ?? 0;
  }

  /** Writes a kubeconfig of a client certificate. @returns its path */
  async kubeconfigFor(name: string, groups: readonly string[]): Promise<string> {
    const leaf = await signForCluster(this.pki, { commonName: name, organisations: groups, usages: ['client'] });
    const file = join(this.directory, `${name}.kubeconfig`);
    writeFileSync(file, kubeconfig(this.url, readFileSync(join(this.pki, 'ca.crt'), 'utf8'), leaf, name));
    return file;
  }

  /** A service account's token as the API server would sign it; negative seconds: expired. */
  token(namespace: string, name: string, uid: string, seconds: number): string {
    const now = Math.floor(Date.now() / 1000);
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const account = { namespace, serviceaccount: { name, uid } };
    const claims = {
      iss: ISSUER,
      aud: [ISSUER],
      sub: `system:serviceaccount:${namespace}:${name}`,
      iat: now - 7200,
      nbf: now - 7200,
      exp: now + seconds,
      'kubernetes.io': account,
    };
    const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
    const key = createPrivateKey(readFileSync(join(this.pki, 'sa.key')));
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  }

  /** Starts the API server and waits until it is ready. */
  async startApi(): Promise<void> {
    const file = (name: string): string => join(this.pki, name);
    this.#spawn('kube-apiserver', [
      this.#binary('kube'),
      'kube-apiserver',
      `--advertise-address=${ADDRESS}`,
      '--secure-port=6443',
      '--etcd-servers=http://127.0.0.1:2379',
      `--client-ca-file=${file('ca.crt')}`,
      `--tls-cert-file=${file('apiserver.crt')}`,
      `--tls-private-key-file=${file('apiserver.key')}`,
      `--service-account-issuer=${ISSUER}`,
      `--service-account-key-file=${file('sa.pub')}`,
      `--service-account-signing-key-file=${file('sa.key')}`,
      '--service-cluster-ip-range=198.19.0.0/20',
      '--authorization-mode=RBAC',
      ...this.#flags,
    ]);
    await this.#ready();
  }

  /** Starts the controller manager: namespaces get their service account and can go, Jobs make pods, owners take theirs along. */
  async startControllers(): Promise<void> {
    const file = (name: string): string => join(this.pki, name);
    const leaf = await signForCluster(this.pki, {
      commonName: 'system:kube-controller-manager',
      organisations: ['system:masters'],
      usages: ['client'],
    });
    const config = join(this.directory, 'controllers.kubeconfig');
    const ca = readFileSync(file('ca.crt'), 'utf8');
    writeFileSync(config, kubeconfig(`https://${ADDRESS}:6443`, ca, leaf, 'controllers'));
    this.#spawn('kube-controller-manager', [
      this.#binary('kube'),
      'kube-controller-manager',
      `--kubeconfig=${config}`,
      `--service-account-private-key-file=${file('sa.key')}`,
      `--root-ca-file=${file('ca.crt')}`,
      '--use-service-account-credentials=false',
      '--leader-elect=false',
    ]);
  }

  signalApi(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void {
    this.#running('kube-apiserver').kill(signal);
  }

  /** kill -9, and nobody is left. */
  async killApi(): Promise<void> {
    await this.#end('kube-apiserver');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of ['kube-controller-manager', 'kube-apiserver', 'etcd', 'relay']) await this.#end(name);
    this.#holder.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  #startEtcd(): void {
    this.#spawn('etcd', [
      this.#binary('etcd'),
      `--data-dir=${join(this.directory, 'etcd')}`,
      '--listen-client-urls=http://127.0.0.1:2379',
      '--advertise-client-urls=http://127.0.0.1:2379',
      '--unsafe-no-fsync=true',
      '--log-level=error',
    ]);
  }

  #startRelay(): void {
    const command = [process.execPath, projectFile('lab/network/relay.ts'), '127.0.0.1:6443'];
    this.#spawn('relay', command, [this.#port.fd]);
    // Two processes that listen on one socket share its connections: leave them all to the relay.
    this.#port.close();
  }

  #spawn(name: string, command: readonly string[], fds: readonly number[] = []): void {
    const log = openSync(join(this.directory, `${name}.log`), 'a');
    // nsenter turns into setpriv and that into the program, so the child's pid is the program's.
    // The child of unshare, not unshare itself, is what lives in the namespace.
    const inside = readFileSync(`/proc/${this.#holder.pid}/task/${this.#holder.pid}/children`, 'utf8').trim();
    const arguments_ = [`--net=/proc/${inside}/ns/net`, 'setpriv', ...DIE_WITH_PARENT, ...command];
    const child = spawn('nsenter', arguments_, {
      stdio: ['ignore', log, log, 'ignore', ...fds],
    });
    this.#processes.set(name, child);
  }

  async #end(name: string): Promise<void> {
    const child = this.#processes.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  #running(name: string): ChildProcess {
    const child = this.#processes.get(name);
    if (child === undefined) throw new Error(`${name} was never started`);
    return child;
  }

  #binary(name: string): string {
    const path = this.#binaries.get(name);
    if (path === undefined) throw new Error(`no binary of ${name}`);
    return path;
  }

  /** Nothing announces readiness, so it is asked every 50 ms, without our own client: that is what is under test. */
  async #ready(): Promise<void> {
    const agent = new Agent({ allowH2: false, connect: { rejectUnauthorized: false } });
    const deadline = performance.now() + 60_000;
    let last = 'nothing';
    try {
      while (performance.now() < deadline) {
        try {
          const { statusCode, body } = await agent.request({ origin: this.url, method: 'GET', path: '/readyz' });
          last = `${statusCode} ${await body.text()}`;
          if (statusCode === 200) return;
        } catch (error) {
          last = String(error);
        }
        await delay(50);
      }
    } finally {
      await agent.destroy();
    }
    const log = readFileSync(join(this.directory, 'kube-apiserver.log'), 'utf8').split('\n').slice(-12).join('\n');
    throw new Error(`the API server was not ready within 60 s: ${last}\n${log}`);
  }
}
