/** The seed of all property tests of a run; another one by `PLIMSOLL_SEED=NUMBER`. */
export const SEED = seedOf(process.env['PLIMSOLL_SEED']);

function seedOf(asked: string | undefined): number {
  if (asked === undefined || asked === '') return 137;
  const seed = Number(asked);
  if (!Number.isSafeInteger(seed)) throw new Error(`PLIMSOLL_SEED=${asked} is no whole number`);
  return seed;
}
