/** Ids inside the page. They are made of ids that anybody may have written, so only harmless characters stay. */
export function caseAnchor(id: string): string {
  return `case-${slug(id)}`;
}

export function requirementAnchor(id: string): string {
  return `requirement-${slug(id)}`;
}

export function evidenceAnchor(id: string, seq: number): string {
  return `evidence-${slug(id)}-${seq}`;
}

/** Address of a file of the run folder, relative to the page. */
export function fileHref(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}

/** Different ids stay different: what is replaced is replaced by its code. */
function slug(id: string): string {
  return id.replace(/[^A-Za-z0-9.-]/g, (mark) => (mark === '_' ? '__' : `_${mark.codePointAt(0)?.toString(16)}_`));
}
