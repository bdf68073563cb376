const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const ATX = /^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/;
const SETEXT = /^ {0,3}(?:=+|-+)[ \t]*$/;
const HTML_ANCHOR = /<[a-z][^>]{0,200}?\s(?:id|name)\s{0,9}=\s{0,9}["']?([^"'\s>]+)/gi;

/** The anchors that GitHub gives a Markdown text: its headings as slugs, and ids in HTML. In small letters. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const counts = new Map<string, number>();
  let fence: string | undefined;
  let before = '';
  for (const line of markdown.split(/\r?\n/)) {
    // No heading is that long, and no expression below has to meet such a line.
    if (line.length > 1000) continue;
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === undefined) fence = mark;
      else if (mark[0] === fence[0] && mark.length >= fence.length) fence = undefined;
      before = '';
      continue;
    }
    if (fence !== undefined) continue;
    const title = ATX.exec(line)?.[1] ?? (before.trim() !== '' && SETEXT.test(line) ? before : undefined);
    if (title !== undefined) anchors.add(numbered(slug(title), counts));
    if (line.includes('<')) for (const [, id = ''] of line.matchAll(HTML_ANCHOR)) anchors.add(id.toLowerCase());
    before = title === undefined ? line : '';
  }
  return anchors;
}

/** GitHub's slug of a heading: markup gone, small letters, blanks to hyphens, punctuation gone. */
function slug(title: string): string {
  return title
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>/g, '')
    .replace(/\\([\\`*_{}[\]()#+\-.!])/g, '$1')
    .replace(/[`*]/g, '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

function numbered(plain: string, counts: Map<string, number>): string {
  const seen = counts.get(plain) ?? 0;
  counts.set(plain, seen + 1);
  return seen === 0 ? plain : `${plain}-${seen}`;
}
