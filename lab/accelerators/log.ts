/** One line to the service's log: time, what happened. */
export function log(text: string): void {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
}
