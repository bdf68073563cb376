import type { Sample } from './sample.ts';

/**
 * Series that were there: two are the same when name and labels are, whatever the order of the labels. Kept by a sum over name and
 * labels, because a text for each of some hundred thousand series would cost more than reading them.
 */
export class SeriesSet {
  readonly #bySum = new Map<number, Sample | Sample[]>();

  /** False when it was there already; with `points`, only one of the same time counts as the same. */
  add(sample: Sample, points: boolean): boolean {
    const sum = sumOf(sample);
    const known = this.#bySum.get(sum);
    if (known === undefined) {
      this.#bySum.set(sum, sample);
      return true;
    }
    const others = Array.isArray(known) ? known : [known];
    if (others.some((other) => isSame(other, sample) && (!points || other.timestamp === sample.timestamp)))
      return false;
    this.#bySum.set(sum, [...others, sample]);
    return true;
  }
}

function isSame(a: Sample, b: Sample): boolean {
  if (a.name !== b.name) return false;
  const names = Object.keys(a.labels);
  return (
    names.length === Object.keys(b.labels).length &&
    names.every((label) => Object.hasOwn(b.labels, label) && a.labels[label] === b.labels[label])
  );
}

function sumOf({ name, labels }: Sample): number {
  let sum = hash(name, 0);
  for (const label in labels) sum = (sum + hash(labels[label] ?? '', hash(label, 17))) | 0;
  return sum;
}

/** FNV-1a over UTF-16 code units. */
function hash(text: string, seed: number): number {
  let sum = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum;
}
