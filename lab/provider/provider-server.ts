import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { machineTypes } from './machine-types.ts';
import type { Machines } from './machines.ts';

const asked = z.object({ type: z.string() });
const REFUSED = { 'sold-out': 507, 'unknown-type': 422, 'bad-name': 409 } as const;
const MOST_BYTES = 10_000;
/** Shorter than a client of this interface waits for an answer. */
const SOON_MS = 4000;

/** The provider's HTTP interface (README.md has the table). */
export function providerServer(machines: Machines): Server {
  return createServer((request, response) => {
    void answer(machines, request)
      .catch((error: unknown) => ({ status: 500, body: String(error) }))
      .then(({ status, body }) => send(response, status, body));
  });
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(machines: Machines, request: IncomingMessage): Promise<Answer> {
  const [, collection = '', name] = (request.url ?? '').split('/');
  const what = `${request.method} ${collection}${name === undefined ? '' : '/NAME'}`;
  switch (what) {
    case 'GET types':
      return { status: 200, body: machineTypes() };
    case 'GET machines':
      return { status: 200, body: machines.list() };
    case 'GET machines/NAME':
      return found(machines.get(name ?? ''));
    case 'PUT machines/NAME': {
      const read = asked.safeParse(await bodyOf(request));
      if (!read.success) return { status: 400, body: 'name a type' };
      const { type } = read.data;
      const made = machines.make(name ?? '', type);
      if (typeof made !== 'string') return { status: 200, body: made };
      return { status: REFUSED[made], body: `${made}: ${type} for ${name}` };
    }
    case 'DELETE machines/NAME':
      return remove(machines, name ?? '');
    default:
      return { status: 405, body: `${what} is not understood` };
  }
}

/** A machine goes in a second or two: whoever asks is told at once that it is gone, and need not ask again. */
async function remove(machines: Machines, name: string): Promise<Answer> {
  if (machines.remove(name)) await Promise.race([machines.idle(name), pause(SOON_MS, undefined, { ref: false })]);
  return machines.get(name) === undefined ? found(undefined) : { status: 202, body: 'it goes' };
}

function found(body: unknown): Answer {
  return body === undefined ? { status: 404, body: 'no such machine' } : { status: 200, body };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MOST_BYTES) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
