import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again, for states of the kernel that nobody announces. */
export async function eventually(
  check: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 10_000,
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`${what} was not seen within ${withinMs / 1000} s`);
    await delay(100);
  }
}
