/** The public face of evidence: what cases, the runner, the report and the CLI use. */
export * from './duration.ts';
export * from './findings/finding.ts';
export * from './outcome.ts';
export * from './read-field.ts';
export * from './recorded-object.ts';
export * from './timeline/condition.ts';
export * from './timeline/entry.ts';
export * from './timeline/question.ts';
export * from './timeline/target.ts';
export * from './timeline/window.ts';
