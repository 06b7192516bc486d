/** The additional data that ties the ciphertext of a database's connection string to its row. */
export function connectionIdentity({ id }: { id: string }): string {
  return `databases:${id}:connection_string`;
}
