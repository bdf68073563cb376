/**
 * A deadline for this machine, in milliseconds. Deadlines are made for ordinary machines; `PLIMSOLL_LAB_PATIENCE=5` makes
 * all of them five times as long, for emulators and the like.
 */
export function patient(milliseconds: number): number {
  const factor = Number(process.env['PLIMSOLL_LAB_PATIENCE'] ?? 1);
  return milliseconds * (Number.isFinite(factor) && factor > 0 ? factor : 1);
}
