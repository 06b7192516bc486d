/** What a request is answered with. */
export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}
