/** Requirements as they are shown: what decides about the exit code before what is only recommended; else in the checklist's order. */
export function mustsFirst<T extends { readonly level: string }>(requirements: readonly T[]): T[] {
  return requirements.toSorted((a, b) => Number(b.level === 'MUST') - Number(a.level === 'MUST'));
}
