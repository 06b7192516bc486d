import { z } from 'zod';
import { UnavailableError, UserError } from '../errors.ts';
import { networkTransport, socketTransport } from './transport.ts';
import type { Reply } from '../replies/reply.ts';
import { readLines } from '../text-lines.ts';
import { userAgent } from '../version.ts';

/** A refusal by the server, with its HTTP status. */
export class RefusedError extends UserError {
  override name = 'RefusedError' as const;
  readonly status: number;
  /** Secrets that the same line needs. */
  readonly asks: { name: string; summary: string }[];
  /** RFC 9457, as the server sent it. */
  readonly problem: object;

  constructor(status: number, problem: z.infer<typeof Problem>) {
    super(problem.detail);
    this.status = status;
    this.asks = problem.asks ?? [];
    this.problem = problem;
  }
}

const Problem = z.looseObject({
  detail: z.string(),
  asks: z.array(z.object({ name: z.string(), summary: z.string() })).optional(),
});

const DeploymentView = z.object({
  application: z.string(),
  finished: z.boolean(),
  deployment: z.object({
    id: z.string(),
    status: z.string(),
    outcome: z.string(),
    metadata: z.object({ error: z.string().optional(), duration_seconds: z.number().optional() }),
  }),
  log: z.array(z.object({ id: z.number(), level: z.string(), message: z.string() })),
});
export type DeploymentView = z.infer<typeof DeploymentView>;

const Running = z.object({ running: z.array(z.object({ deployment: z.object({ id: z.string() }) })) });

const OutputLine = z.object({
  kind: z.enum(['line', 'note', 'end']),
  text: z.string(),
  time: z.string().optional(),
  service: z.string().optional(),
  exitCode: z.number().optional(),
  /** Its place, to continue after it. */
  at: z.string(),
});
export type OutputLine = z.infer<typeof OutputLine>;

const Completions = z.object({ matches: z.array(z.string()) });

/** Of a line of the answer, characters: the server sends at most 4,000 of a line, as JSON. */
const longestLine = 100_000;

export interface ClientOptions {
  /** e.g. `http://127.0.0.1:8080` */
  url: string;
  token: string | undefined;
  /** Data folder of a Shipmate on this machine, to ask over its socket in place of the URL. */
  dataDir?: string | undefined;
  /** The person's name on this machine; becomes the username when they link. */
  account: string;
  /** W3C trace context of the pipeline that it runs in. */
  traceparent?: string | undefined;
}

export interface Client {
  /** @throws {RefusedError} when the server refuses; {UnavailableError} when no server answers. */
  run(line: string, secrets?: Record<string, string>): Promise<Reply>;
  deployment(id: string, after: number): Promise<DeploymentView>;
  /** Ids of the deployments that have not ended, newest first. */
  running(): Promise<string[]>;
  /** The message that shows the deployment in chat, as it is now. */
  message(id: string): Promise<{ finished: boolean; message: Reply }>;
  /** What may stand at the end of an unfinished line. */
  complete(line: string, signal: AbortSignal): Promise<string[]>;
  /** Where the server is, for people. */
  place: string;
  /** What is printed from now on, or after the place `at`; ends when the connection does. */
  output(path: string, at: string | undefined, signal: AbortSignal): AsyncIterable<OutputLine>;
}

/** The HTTP API as the command line uses it. */
export function createClient({ account, dataDir, token, traceparent, url }: ClientOptions): Client {
  const transport = dataDir === undefined ? networkTransport(url, token) : socketTransport(dataDir);

  async function request(path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const response = await transport.send(path, {
      ...(signal && { signal }),
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent,
        'x-shipmate-account': account,
        ...(traceparent !== undefined && { traceparent }),
      },
    });
    if (response.ok) return response;
    const answer: unknown = await response.json().catch(() => undefined);
    const problem = Problem.safeParse(answer);
    if (problem.success) throw new RefusedError(response.status, problem.data);
    throw new UnavailableError(
      `The server at ${transport.place} is not Shipmate (HTTP ${response.status}). Check SHIPMATE_URL.`,
    );
  }

  async function send(path: string, body?: unknown): Promise<unknown> {
    return (await request(path, body)).json().catch(() => undefined);
  }

  return {
    place: transport.place,
    async *output(path, at, signal) {
      const query = at === undefined ? '' : `${path.includes('?') ? '&' : '?'}after=${at}`;
      const { body } = await request(`/api${path}${query}`, undefined, signal);
      if (!body) return;
      for await (const { text } of readLines(body, longestLine)) {
        if (text !== '') yield OutputLine.parse(JSON.parse(text));
      }
    },
    async run(line, secrets) {
      // The server is Shipmate itself, of the same version; its replies are not checked again.
      return (await send('/api/commands', { line, ...(secrets && { secrets }) })) as Reply;
    },
    async complete(line, signal) {
      const answer = await request(`/api/completions?${new URLSearchParams({ line }).toString()}`, undefined, signal);
      return Completions.parse(await answer.json()).matches;
    },
    async running() {
      return Running.parse(await send('/api/deployments')).running.map(({ deployment }) => deployment.id);
    },
    async message(id) {
      return (await send(`/api/deployments/${id}/message`)) as { finished: boolean; message: Reply };
    },
    async deployment(id, after) {
      return DeploymentView.parse(await send(`/api/deployments/${id}?after=${after}`));
    },
  };
}
