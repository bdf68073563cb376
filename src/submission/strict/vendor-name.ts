import { distance } from 'fastest-levenshtein';

/** Kubernetes distributions and platforms that are projects of the CNCF or of Kubernetes, not products of a member. */
const PROJECTS = new Set([
  'k0s',
  'k3s',
  'kops',
  'k0rdent',
  'cozystack',
  'kairos',
  'kubean',
  'kubeedge',
  'openyurt',
  'cluster api',
  'minikube',
  'kind',
]);

/** No name is longer; looking for near ones, and for what a name ends with, takes time of the square of the length. */
const LONGEST = 200;

/** True for the name of a project: one of the known ones, or a name that calls itself a project. */
export function isProjectName(name: string): boolean {
  if (name.length > LONGEST) return false;
  const plain = name
    .toLowerCase()
    .replace(/^the\s+/, '')
    .replace(/\s+project$/, '')
    .trim();
  return PROJECTS.has(plain) || /\bproject$/i.test(name.trim());
}

/** Members whose name may be meant: a letter or two away, or sharing the first word. At most three, by the alphabet. */
export function nearestMembers(name: string, members: ReadonlySet<string>): readonly string[] {
  if (name.length > LONGEST) return [];
  const known = [...members].toSorted();
  const letters = (text: string): string => words(text).join('');
  const own = letters(name);
  // "JD Cloud" and "BC Cloud" are two letters apart: only long names may differ in two.
  const limit = Math.floor(own.length / 6);
  const near = known.filter((member) => distance(own, letters(member)) <= limit);
  const [first = ''] = words(name);
  const kin = first.length < 3 ? [] : known.filter((member) => letters(member).startsWith(first));
  return [...new Set([...near, ...kin])].slice(0, 3);
}

function words(name: string): string[] {
  return name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
