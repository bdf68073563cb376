import { list, read, text } from '../../evidence/judging.ts';

/** What a store of Prometheus' API answers, parsed, or why that cannot be, in words. */
export function storeAnswer(status: number | undefined, body: string): { readonly answer: unknown } | string {
  if (status !== 200) return `it answered ${status ?? 'nothing'}: ${body.slice(0, 200)}`;
  try {
    return { answer: JSON.parse(body) };
  } catch {
    return `its answer is not JSON: ${body.slice(0, 200)}`;
  }
}

/** One series with its value at the moment of the query. */
export interface Series {
  readonly name: string;
  /** Without `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds since 1970, of the query. */
  readonly at: number;
}

/** The vector in an answer of `/api/v1/query`, or why there is none. */
export function readVector(status: number | undefined, body: string): Series[] | string {
  const said = storeAnswer(status, body);
  if (typeof said === 'string') return said;
  const { answer } = said;
  if (text(answer, 'status') !== 'success' || text(answer, 'data.resultType') !== 'vector')
    return `its answer is no vector: ${body.slice(0, 200)}`;
  return list(answer, 'data.result').map((one) => {
    const { __name__: name = '', ...labels } = Object.fromEntries(
      Object.entries((read(one, 'metric') ?? {}) as Record<string, unknown>).map(([key, value]) => [
        key,
        String(value),
      ]),
    );
    const [at, value] = list(one, 'value');
    return { name, labels, value: numberOf(value), at: Number(at) };
  });
}

function numberOf(value: unknown): number {
  if (value === '+Inf') return Number.POSITIVE_INFINITY;
  return value === '-Inf' ? Number.NEGATIVE_INFINITY : Number(value);
}
