/** Something private in a text: what it is (shortened, never the secret itself), where first, how often. */
export interface PrivateTrace {
  readonly what: string;
  readonly line: number;
  readonly count: number;
}

const HOME = /\/(?:Users|home)\/([A-Za-z][\w.-]{1,31})|\b[A-Za-z]:\\Users\\([A-Za-z][\w. -]{1,31})\\/g;
/** Accounts that images and clouds make; they tell nothing about a person. */
const NOBODY = new Set(
  (
    'admin administrator app appuser azureuser build builder centos ci circleci cloud-user coder conda core debian default ' +
    'demo dev devops docker ec2-user fedora git github gitlab guest jenkins jovyan k8s kube kubernetes linuxbrew me name ' +
    'node nonroot nvidia oneapi opc ops public ray rke root runner rocky shared test testuser tester ubuntu user user1 ' +
    'username vagrant vscode work worker workspace you your-user your-name youruser yourname'
  ).split(' '),
);

const SECRET =
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_\w{22,}|\bglpat-[\w-]{20,}|\bhf_[A-Za-z0-9]{30,}|\bxox[abprs]-[\w-]{10,}|\bnvapi-[\w-]{20,}|\bsk-[A-Za-z0-9]{32,}|\bAIza[\w-]{35}|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\bclient-key-data:\s{0,9}[A-Za-z0-9+/]{40,}/g;
const KINDS: readonly (readonly [start: string, what: string])[] = [
  ['eyJ', 'a token (JWT)'],
  ['AKIA', 'an access key of a cloud'],
  ['ghp_', 'a GitHub token'],
  ['gho_', 'a GitHub token'],
  ['ghu_', 'a GitHub token'],
  ['ghs_', 'a GitHub token'],
  ['ghr_', 'a GitHub token'],
  ['github_pat_', 'a GitHub token'],
  ['glpat', 'a GitLab token'],
  ['hf_', 'a Hugging Face token'],
  ['xox', 'a Slack token'],
  ['nvapi', 'an NVIDIA API key'],
  ['sk-', 'an API key'],
  ['AIza', 'a Google API key'],
  ['-----BEGIN ', 'a private key'],
  ['client-key', 'a private key of a kubeconfig'],
];

/** What a text gives away: account names in paths, mail addresses (but `allowed`), secrets. Each kind once. */
export function privateTraces(text: string, allowed: string | undefined): readonly PrivateTrace[] {
  return [secret(text), account(text), mail(text, allowed)].filter((trace) => trace !== undefined);
}

function secret(text: string): PrivateTrace | undefined {
  // Looking for the fixed beginnings is ten times faster than the expression, and most texts have none.
  if (!KINDS.some(([start]) => text.includes(start))) return undefined;
  const found = [...text.matchAll(SECRET)];
  const [first] = found;
  if (!first) return undefined;
  const kind = KINDS.find(([start]) => first[0].startsWith(start))?.[1] ?? 'a secret';
  return { what: `${kind}, ${first[0].slice(0, 6)}...`, line: lineAt(text, first.index), count: found.length };
}

function account(text: string): PrivateTrace | undefined {
  const found = [...text.matchAll(HOME)].filter(([, unix, windows]) => !isNobody(unix ?? windows ?? ''));
  const [first] = found;
  if (!first) return undefined;
  return { what: `the account name in ${first[0]}`, line: lineAt(text, first.index), count: found.length };
}

function isNobody(name: string): boolean {
  return NOBODY.has(name.toLowerCase().replace(/\.+$/, ''));
}

const LOCAL = /[\w.%+-]{1,64}$/;
const DOMAIN = /^((?:[A-Za-z0-9-]{1,63}\.){1,5}([A-Za-z]{2,24}))(?![\w-]|\.\w|\/\w|:\d)/;
/** Role addresses are made to be public; hosts that only look like a domain are no mail. */
const ROLE =
  /^(?:git|no-?reply|noreply|support|info|sales|contact|security|help|hello|conformance|admin|root|core|ubuntu|user\d*|username|someone|you|name|me|test|postmaster|webmaster|abuse|maintainers?|cncf[\w.-]*|k8s[\w.-]*)$/i;
const NOT_MAIL =
  /^(?:local|internal|lan|svc|cluster|example|invalid|test|png|svg|jpe?g|gif|ya?ml|json|md|go|py|sh|js|ts)$/i;

/** Looks around each `@`: an expression that began with the name would be slow on long lines. */
function mail(text: string, allowed: string | undefined): PrivateTrace | undefined {
  let first: { name: string; domain: string; at: number } | undefined;
  let count = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const name = LOCAL.exec(text.slice(Math.max(0, at - 64), at))?.[0];
    const [, domain, top] = DOMAIN.exec(text.slice(at + 1, at + 260)) ?? [];
    if (name === undefined || domain === undefined || top === undefined) continue;
    if (ROLE.test(name) || NOT_MAIL.test(top) || /(?:^|\.)example\.[a-z]+$/i.test(domain)) continue;
    if (/^(?:github|gitlab)\.com$/i.test(domain) || `${name}@${domain}`.toLowerCase() === allowed) continue;
    first ??= { name, domain, at };
    count += 1;
  }
  if (!first) return undefined;
  return { what: `the mail address ${first.name.slice(0, 2)}...@${first.domain}`, line: lineAt(text, first.at), count };
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
