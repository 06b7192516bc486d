/** The first characters of an id, enough to name it in `rollback`. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
