import { spawn } from 'node:child_process';
import { CredentialPluginError } from '../error/api-error.ts';
import { isObject, textOf } from '../object.ts';
import type { Login, PluginSpec } from './login.ts';

/** What a plugin gave: a bearer token, a client certificate, or both. */
export interface PluginCredential {
  token: string | undefined;
  certificate: string | undefined;
  key: string | undefined;
  expires: Date | undefined;
}

const API_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

export interface PluginRun {
  /** Milliseconds that the plugin may take. */
  timeoutMs: number;
  /** It may ask the person at the terminal. */
  interactive: boolean;
  /** What it prints to standard error while it runs (device codes, links). */
  onMessage: (text: string) => void;
  env: NodeJS.ProcessEnv;
}

/**
 * Runs a kubeconfig's credential plugin (protocol: Kubernetes docs, "client-go credential plugins"). Own code, because
 * client-node's gives it no KUBERNETES_EXEC_INFO, no deadline and an open standard input, and loses the install hint.
 * @throws CredentialPluginError
 */
export async function runCredentialPlugin(
  login: Login,
  caPem: string | undefined,
  run: PluginRun,
): Promise<PluginCredential> {
  const spec = login.plugin;
  if (spec === undefined) throw new CredentialPluginError('no plugin is configured', 'a bug of this program');
  if (!API_VERSIONS.includes(spec.apiVersion)) {
    throw new CredentialPluginError(
      `credential plugin ${spec.command} of ${login.source} wants the protocol ${spec.apiVersion}`,
      `this program speaks ${API_VERSIONS.join(' and ')}; write the kubeconfig anew with the vendor's current tool`,
    );
  }
  if (spec.interactiveMode === 'Always' && !run.interactive) {
    throw new CredentialPluginError(
      `credential plugin ${spec.command} of ${login.source} must talk to a person, and there is no terminal`,
      'run from a terminal, or use a kubeconfig with a token or certificate',
    );
  }
  const interactive = run.interactive && spec.interactiveMode !== 'Never';
  const { code, out, err } = await start(spec, execInfo(login, spec, caPem, interactive), run, interactive);
  if (code !== 0) {
    throw new CredentialPluginError(
      `credential plugin ${spec.command} of ${login.source} ended with code ${code}${err.trim() === '' ? '' : `: ${lastLines(err)}`}`,
      `run it by hand to see more: ${[spec.command, ...spec.args].join(' ')} (often: log in again)`,
    );
  }
  return parseCredential(out, spec);
}

function execInfo(login: Login, spec: PluginSpec, caPem: string | undefined, interactive: boolean): string {
  const cluster = {
    server: login.server,
    'tls-server-name': login.tlsServerName,
    'insecure-skip-tls-verify': login.insecure || undefined,
    'certificate-authority-data': caPem === undefined ? undefined : Buffer.from(caPem).toString('base64'),
    'proxy-url': login.proxyUrl,
    config: login.pluginClusterConfig,
  };
  return JSON.stringify({
    apiVersion: spec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive, ...(spec.provideClusterInfo ? { cluster } : {}) },
  });
}

function start(
  spec: PluginSpec,
  info: string,
  run: PluginRun,
  interactive: boolean,
): Promise<{ code: number | string; out: string; err: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | string; out: string; err: string }>();
  const child = spawn(spec.command, spec.args, {
    env: { ...run.env, ...spec.env, KUBERNETES_EXEC_INFO: info },
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it started ends with it. With a terminal it must stay in ours to read from it.
    detached: !interactive,
  });
  let out = '';
  let err = '';
  const timer = setTimeout(() => {
    if (interactive || child.pid === undefined) child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
    // Whoever still holds the pipes open is not waited for.
    child.stdout.destroy();
    child.stderr.destroy();
    reject(
      new CredentialPluginError(
        `credential plugin ${spec.command} gave nothing within ${run.timeoutMs / 1000} s${err === '' ? '' : `; it said: ${lastLines(err)}`}`,
        `run it by hand to see what it waits for: ${[spec.command, ...spec.args].join(' ')}`,
      ),
    );
  }, run.timeoutMs);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    run.onMessage(text);
  });
  child.on('error', (cause: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    const missing = cause.code === 'ENOENT';
    reject(
      new CredentialPluginError(
        `credential plugin ${spec.command} ${missing ? 'is not installed (or not in PATH)' : `cannot be started: ${cause.message}`}`,
        spec.installHint ?? 'install it, or use a kubeconfig with a token or certificate',
        { cause },
      ),
    );
  });
  child.on('close', (code, signal) => {
    clearTimeout(timer);
    resolve({ code: code ?? signal ?? 'unknown', out, err });
  });
  return promise;
}

function parseCredential(out: string, spec: PluginSpec): PluginCredential {
  const wrong = (what: string, cause?: unknown): CredentialPluginError =>
    new CredentialPluginError(
      `credential plugin ${spec.command}: ${what}`,
      `run it by hand and look at its standard output: ${[spec.command, ...spec.args].join(' ')}`,
      { cause },
    );
  let answer: unknown;
  try {
    answer = JSON.parse(out);
  } catch (cause) {
    throw wrong('what it printed is not JSON', cause);
  }
  if (!isObject(answer) || answer['kind'] !== 'ExecCredential') throw wrong('it printed no ExecCredential');
  if (answer['apiVersion'] !== spec.apiVersion) {
    throw wrong(`it answered ${textOf(answer['apiVersion'])}, asked was ${spec.apiVersion}`);
  }
  const status = isObject(answer['status']) ? answer['status'] : {};
  const text = (field: string): string | undefined => {
    const value = status[field];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const credential = { token: text('token'), certificate: text('clientCertificateData'), key: text('clientKeyData') };
  if ((credential.certificate === undefined) !== (credential.key === undefined)) {
    throw wrong('it gave a certificate without its key, or the other way round');
  }
  if (credential.token === undefined && credential.certificate === undefined) {
    throw wrong('its status has neither a token nor a client certificate');
  }
  const expires = text('expirationTimestamp');
  return { ...credential, expires: expires === undefined ? undefined : new Date(expires) };
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ');
}
