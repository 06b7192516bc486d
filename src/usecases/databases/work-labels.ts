/** Marks the containers of a backup, a restore or a drill. */
export function workLabels(id: string): Record<string, string> {
  return { 'shipmate.backup': id };
}
