/** Scope and period of a digest. */
export interface DigestRequest {
  /** Null: across projects. */
  projectId: string | null;
  /** `project/application`, with `*` as a wildcard. */
  pattern: string;
  zone: string;
  before: Date;
  from: Date;
  to: Date;
}
