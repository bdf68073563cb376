const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/**
 * A Kubernetes quantity (`500m`, `16Gi`, `1e3`, or a plain number) as a number in the resource's base unit: cores, bytes, devices.
 * Undefined for what is not a quantity (apimachinery resource.Quantity: sign, digits, one suffix or a decimal exponent).
 */
export function quantity(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(value.trim());
  if (!match) return undefined;
  const [, digits = '', exponent, suffix] = match;
  const factor = exponent === undefined ? FACTORS[suffix ?? ''] : Number(`1${exponent}`);
  return factor === undefined ? undefined : Number(digits) * factor;
}
