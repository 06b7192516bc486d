/** What a table and its columns are for. */
export interface Purpose {
  is: string;
  /** Not of the data model: a table that Shipmate adds. */
  own?: true;
  columns: Record<string, string>;
}
