import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import { EXIT, PlimsollError } from '../../src/errors.ts';
import { patient } from '../state/patience.ts';

/** Milliseconds. */
const APPLY_MS = 30_000;

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface ApiRequest {
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Milliseconds for the whole answer; default 30 000. */
  readonly timeoutMs?: number;
}

/** The little that bringing a lab up needs of its API server, before anything can be told about the cluster. */
export interface LabApi {
  request(method: string, path: string, body?: unknown, options?: ApiRequest): Promise<ApiAnswer>;
  /** Server-side apply to the object's own path. @throws PlimsollError `lab-apply` */
  apply(path: string, object: unknown): Promise<void>;
  /** The events of a watch as they come (`path` without the watch parameter); ends with the server or the signal. */
  watch(path: string, signal: AbortSignal): AsyncIterable<{ type: string; object: unknown }>;
  close(): Promise<void>;
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
}

/** Opens the API server of a kubeconfig that the lab wrote itself (JSON, with everything inside it). */
export function openLabApi(kubeconfigFile: string): LabApi {
  const config = JSON.parse(readFileSync(kubeconfigFile, 'utf8')) as Kubeconfig;
  const [cluster, user] = [config.clusters[0]?.cluster, config.users[0]?.user];
  if (!cluster || !user) throw new Error(`${kubeconfigFile} names no cluster`);
  const decode = (text: string): string => Buffer.from(text, 'base64').toString();
  const agent = new Agent({
    allowH2: false,
    connections: 16,
    connect: {
      ca: decode(cluster['certificate-authority-data']),
      cert: decode(user['client-certificate-data']),
      key: decode(user['client-key-data']),
    },
    bodyTimeout: 0,
  });
  const { server } = cluster;

  async function request(method: string, path: string, body?: unknown, options: ApiRequest = {}): Promise<ApiAnswer> {
    const { contentType = 'application/json' } = options;
    const answer = await agent.request({
      origin: server,
      method: method as 'GET',
      path,
      signal: AbortSignal.timeout(options.timeoutMs ?? patient(30_000)),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': contentType } }),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: text.startsWith('{') ? JSON.parse(text) : text };
  }

  return {
    request,
    async apply(path, object) {
      const query = `${path}?fieldManager=plimsoll-lab&force=true`;
      const deadline = performance.now() + patient(APPLY_MS);
      for (;;) {
        const said = await attempt(() =>
          request('PATCH', query, object, { contentType: 'application/apply-patch+yaml' }),
        );
        if (said === undefined) return;
        if (!said.passing || performance.now() > deadline) {
          throw new PlimsollError('lab-apply', `${path}: ${said.text}`, 'Look at `plimsoll lab logs apiserver`.', {
            exitCode: EXIT.unreachable,
          });
        }
        await delay(100);
      }
    },
    async *watch(path, signal) {
      const mark = path.includes('?') ? '&' : '?';
      const { body, statusCode } = await agent.request({
        origin: server,
        method: 'GET',
        path: `${path}${mark}watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
        signal,
      });
      if (statusCode !== 200) throw new Error(`watch of ${path}: ${statusCode} ${await body.text()}`);
      yield* jsonLines(body.setEncoding('utf8'));
    },
    close: () => agent.destroy(),
  };
}

/**
 * What was wrong with an answer, undefined when nothing was. A fresh API server refuses for a moment, until its own
 * bootstrap objects exist, and a slow machine lets requests time out: that passes.
 */
async function attempt(send: () => Promise<ApiAnswer>): Promise<{ passing: boolean; text: string } | undefined> {
  try {
    const { status, body } = await send();
    if (status < 300) return undefined;
    return { passing: [403, 404, 429, 500, 503, 504].includes(status), text: `${message(body)} (${status})` };
  } catch (error) {
    return { passing: true, text: error instanceof Error ? error.message : String(error) };
  }
}

function message(body: unknown): string {
  return typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : String(body);
}

async function* jsonLines(text: AsyncIterable<string>): AsyncGenerator<{ type: string; object: unknown }> {
  let rest = '';
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as { type: string; object: unknown };
  }
}
