/** Names of fields, headers and environment variables whose text is secret: whole words of camelCase, snake_case or kebab-case. */
const SECRET_NAME =
  /(?:^|[-_.])(?:pass(?:word|wd|phrase)?|secret|token|credentials?|api[-_]?key|private[-_]?key|access[-_]?key(?:[-_]?id)?|authorization|cookie|set-cookie|bearer)$/;

/** True for `password`, `clientSecret`, `HF_TOKEN`, `AWS_SECRET_ACCESS_KEY`, `Authorization`; false for `secretName`, `tokenExpiry`. */
export function isSecretName(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  return SECRET_NAME.test(words);
}

const TEXT_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[redacted private key]'],
  // To the end of the line, also where the text is inside JSON and its line ends are written \n.
  [/\b(authorization:[ \t]*)(?:[^\r\n"'\\]|\\(?![nr"]))+/gi, '$1[redacted]'],
  // With a digit in it, so that "bearer authentication" stays readable.
  [/\b(bearer)\s+(?=[^\s]*\d)[A-Za-z0-9._~+/-]{16,}=*/gi, '$1 [redacted]'],
  // JSON Web Token: three base64url parts, the first two being JSON objects ('{"' encodes to eyJ).
  [/\beyJ[A-Za-z0-9_-]{6,}\.eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*/g, '[redacted token]'],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, '[redacted key id]'],
  [
    /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|hf_[A-Za-z0-9]{20,}|nvapi-[A-Za-z0-9_-]{20,})\b/g,
    '[redacted token]',
  ],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"'\\]+):[^\s/@"'\\]+@/gi, '$1:[redacted]@'],
  [/\b(arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:)\d{12}\b/g, '$1[account]'],
  [/(\/subscriptions\/)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '$1[account]'],
  [/\b(gce:\/\/)[a-z0-9.:-]+(?=\/)/g, '$1[account]'],
];

/** A text without tokens, private keys, passwords in URLs and cloud account ids. */
export function patternsIn(text: string): string {
  return TEXT_PATTERNS.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), text);
}
