import { checkFamily } from './check-family.ts';
import { familyOf, suffixesOf } from './family-of.ts';
import type { Metadata } from './read-metadata.ts';
import { type Family, type FamilyType, type Problem, type Sample, sampleKey } from './sample.ts';
import { SeriesSet } from './series-set.ts';

/** Problems that are listed; what is beyond is counted. */
const MOST_PROBLEMS = 100;

interface Collected {
  readonly name: string;
  type?: FamilyType;
  help?: string;
  unit?: string;
  readonly samples: Sample[];
}

/** Puts samples and metadata together into families, and says where they break the format's rules. */
export class Collector {
  readonly #format: 'text' | 'openmetrics';
  readonly #families = new Map<string, Collected>();
  readonly #samples: Sample[] = [];
  readonly #series = new SeriesSet();
  readonly #problems: Problem[] = [];
  #problemCount = 0;
  #current: Collected | undefined;

  constructor(format: 'text' | 'openmetrics') {
    this.#format = format;
  }

  get count(): number {
    return this.#samples.length;
  }

  problem(problem: Problem): void {
    this.#problemCount += 1;
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(problem);
  }

  metadata(metadata: Exclude<Metadata, { of: 'EOF' | 'comment' }>, line: number): void {
    const family = this.#enter(metadata.name, line);
    // OpenMetrics' own servers throw the answer away for a second TYPE; those of the text format take the last.
    const say = (message: string, fatal = false): void =>
      this.problem({ line, code: 'metadata', message: `${metadata.of} of ${metadata.name} ${message}`, fatal });
    if (family.samples.length > 0) say('stands after its first sample');
    if (metadata.of === 'TYPE') {
      if (family.type !== undefined) say('is said twice');
      family.type = metadata.type;
    } else if (metadata.of === 'HELP') {
      if (family.help !== undefined) say('is said twice');
      family.help = metadata.text;
    } else {
      if (family.unit !== undefined) say('is said twice');
      if (metadata.text !== '' && !metadata.name.endsWith(`_${metadata.text}`))
        say(`is ${JSON.stringify(metadata.text)}, with which the name does not end`, true);
      family.unit = metadata.text;
    }
  }

  sample(sample: Sample): void {
    const name = familyOf(sample.name, (family) => this.#families.get(family)?.type, this.#format);
    const family = this.#enter(name, sample.line);
    const type = family.type ?? 'untyped';
    const suffixes = suffixesOf(type, this.#format);
    if (!suffixes.some((suffix) => sample.name === name + suffix)) {
      const message = `${sample.name} is no sample of the ${type} ${name} (those end with ${suffixes.join(', ')})`;
      this.problem({ line: sample.line, code: 'type', message, fatal: false });
    }
    family.samples.push(sample);
    this.#samples.push(sample);
    // OpenMetrics allows several points of a series, told apart by their time.
    if (this.#series.add(sample, this.#format === 'openmetrics')) return;
    const key = sampleKey(sample);
    const message = `the series ${key.length > 200 ? `${key.slice(0, 200)}...` : key} stands there twice`;
    // Prometheus keeps the first of them and warns.
    this.problem({ line: sample.line, code: 'duplicate', message, fatal: false });
  }

  /** The family that a line belongs to; it may not be taken up again after another one. */
  #enter(name: string, line: number): Collected {
    let family = this.#families.get(name);
    if (family === undefined) {
      family = { name, samples: [] };
      this.#families.set(name, family);
    } else if (family !== this.#current && family.samples.length > 0) {
      const message = `${name} is taken up again: its lines have to stand together`;
      this.problem({ line, code: 'grouping', message, fatal: false });
    }
    this.#current = family;
    return family;
  }

  finished(): { families: readonly Family[]; samples: readonly Sample[]; problems: readonly Problem[] } {
    const unknown = this.#format === 'openmetrics' ? 'unknown' : 'untyped';
    const families = [...this.#families.values()].map(
      (family): Family => ({ ...family, type: family.type ?? unknown }),
    );
    for (const problem of families.flatMap(checkFamily)) this.problem(problem);
    const problems = [...this.#problems].sort((a, b) => a.line - b.line);
    const more = this.#problemCount - this.#problems.length;
    if (more > 0) {
      const last = problems.pop();
      const message = `and ${more + 1} more problems like those above`;
      problems.push({ line: last?.line ?? 0, code: last?.code ?? 'syntax', message, fatal: false });
    }
    return { families, samples: this.#samples, problems };
  }
}
