/** What a digest is about, and of when. */
export interface DigestRequest {
  /** Null: across projects. */
  projectId: string | null;
  /** `project/application` with `*` for anything. */
  pattern: string;
  zone: string;
  before: Date;
  from: Date;
  to: Date;
}
