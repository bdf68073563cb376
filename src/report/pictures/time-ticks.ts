const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400].map(
  (seconds) => seconds * 1000,
);

/** Round moments of a time axis of `length` milliseconds that begins at 0: at most nine, with `0`. */
export function timeTicks(length: number): readonly { readonly t: number; readonly label: string }[] {
  const step = STEPS.find((one) => length / one <= 8) ?? Math.ceil(length / 8);
  const count = Math.floor(length / step) + 1;
  return Array.from({ length: count }, (_, index) => ({ t: index * step, label: label(index * step, step) }));
}

function label(t: number, step: number): string {
  if (t === 0) return '0';
  if (step >= 60_000) return t % 3_600_000 === 0 ? `${t / 3_600_000} h` : `${Math.round(t / 60_000)} min`;
  return `${Number((t / 1000).toFixed(1))} s`;
}
