import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import type { Progress } from '../progress/progress.ts';

/**
 * Holds the one right to build into `cache`, waiting for whoever has it. The lock is a listening socket with an abstract
 * name (unix(7)): the kernel frees it the moment its process ends, however it ends, so there are no stale locks; and
 * those who wait are connected to it, so they wake at once. Builds share the cores, so one lock is enough for all.
 */
export async function lockBuilds(cache: string, progress: Progress, signal?: AbortSignal): Promise<AsyncDisposable> {
  const name = `\0plimsoll-build-${createHash('sha256').update(cache).digest('hex').slice(0, 24)}`;
  let told: (() => void) | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const waiting = new Set<{ destroy(): void }>();
    const server = createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => waiting.delete(socket));
      socket.on('close', () => waiting.delete(socket));
      socket.write(`${process.pid}\n`);
    });
    if (await listening(server, name)) {
      server.unref();
      told?.();
      return {
        async [Symbol.asyncDispose]() {
          const closed = once(server, 'close');
          server.close();
          for (const socket of waiting) socket.destroy();
          await closed;
        },
      };
    }
    await holderGone(name, signal, (pid) => {
      told ??= progress.step(`waiting for another build of the lab (process ${pid}) to end`);
    });
  }
}

async function listening(server: Server, name: string): Promise<boolean> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(name, () => resolve());
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/** Resolves when the holder lets go, or is gone already. */
async function holderGone(name: string, signal: AbortSignal | undefined, tell: (pid: string) => void): Promise<void> {
  const socket = connect(name);
  const stop = (): void => void socket.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  // It may have been aborted before there was anybody to hear it.
  if (signal?.aborted) stop();
  socket.on('data', (chunk: Buffer) => tell(chunk.toString().trim()));
  await new Promise<void>((resolve) => {
    socket.once('error', () => resolve());
    socket.once('close', () => resolve());
  });
  signal?.removeEventListener('abort', stop);
}
