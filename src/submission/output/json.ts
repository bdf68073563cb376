import type { Finding } from '../finding.ts';
import type { ValidationReport } from './validation-report.ts';

/** The output for programs: docs/validate.md describes the fields. `notChecked` holds sentences for people. */
export function jsonOutput({ profile, submissions }: ValidationReport): string {
  const document = {
    profile,
    submissions: submissions.map(({ path, ok, findings, notChecked }) => ({
      path,
      ok,
      findings: findings.map(plain),
      notChecked,
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Exactly the published fields, in their order, whatever else an object carries. */
function plain({ rule, severity, subject, message, remedy, line, column }: Finding): Finding {
  return { rule, severity, subject, message, remedy, line, column };
}
