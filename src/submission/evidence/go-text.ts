/** Go's unicode.IsSpace, which differs from JavaScript's `\s`: U+0085 is one, U+FEFF is not. */
const SPACE = /[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Go's strings.TrimSpace. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.test(text.charAt(start))) start++;
  while (end > start && SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Go's strings.ToLower, which makes one `i` of `İ`. */
export function toLower(text: string): string {
  return text.replaceAll('\u0130', 'i').toLowerCase();
}
