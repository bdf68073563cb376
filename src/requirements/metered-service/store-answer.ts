/** What a store of Prometheus' API answers, parsed, or why that cannot be, in words. */
export function storeAnswer(status: number | undefined, body: string): { readonly answer: unknown } | string {
  if (status !== 200) return `it answered ${status ?? 'nothing'}: ${body.slice(0, 200)}`;
  try {
    return { answer: JSON.parse(body) };
  } catch {
    return `its answer is not JSON: ${body.slice(0, 200)}`;
  }
}
