import type { Finding } from './finding.ts';

/** Longest message; what is quoted from a file may be of any length. */
const LONGEST = 1000;
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const HIDDEN = /[\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g;

/** The finding with texts that fit any output: messages quote files that strangers wrote. */
export function printable(finding: Finding): Finding {
  const { subject, message, remedy } = finding;
  return { ...finding, subject: oneLine(subject), message: oneLine(message), remedy: oneLine(remedy) };
}

/** One line without control characters; zero-width characters and direction marks become visible. */
function oneLine(text: string): string {
  const line = text.replace(BREAKS, ' ').replace(HIDDEN, '\uFFFD');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 3)}...` : line;
}
