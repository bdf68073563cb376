/**
 * What a probe container printed of the device nodes that it reaches, a fact a line:
 *
 * ```
 * dev PATH b|c MAJOR:MINOR OPEN           a node that is there, and what came of opening it
 * try b|c MAJOR:MINOR mknod=M open=OPEN   a node made by hand, and what came of that
 * end                                     the probe came to its end: what is not listed was not there
 * ```
 * The report reads the lines itself: it has to draw old runs of any version, and no requirement's code.
 */
export interface DeviceProbe {
  readonly seen: ReadonlyMap<string, { readonly path: string; readonly open: string }>;
  readonly tried: ReadonlyMap<string, { readonly mknod: string; readonly open: string }>;
}

/** Undefined when the text is no whole report of a device probe. A probe that ran several times is read from its last run. */
export function readDeviceProbe(text: string): DeviceProbe | undefined {
  const last = text.split(/^again$/m).at(-1) ?? '';
  const seen = new Map<string, { path: string; open: string }>();
  const tried = new Map<string, { mknod: string; open: string }>();
  let complete = false;
  for (const line of last.split('\n')) {
    const [, path, kind, number, open] = /^dev (\S+) ([bc]) (\d+:\d+) (.+)$/.exec(line) ?? [];
    if (path !== undefined && open !== undefined) seen.set(`${kind} ${number}`, { path, open });
    const [, by, made, mknod, opened] = /^try ([bc]) (\d+:\d+) mknod=(.+) open=(.+)$/.exec(line) ?? [];
    if (mknod !== undefined && opened !== undefined) tried.set(`${by} ${made}`, { mknod, open: opened });
    if (line === 'end') complete = true;
  }
  return complete ? { seen, tried } : undefined;
}
