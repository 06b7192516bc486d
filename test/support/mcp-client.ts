import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** On a busy machine, a minute is soon over. */
export const patient = { timeout: 600_000 };

export interface TestClient {
  client: Client;
  /** The text of a tool's answer, whether it is an error, and its data. */
  call(name: string, input?: Record<string, unknown>): Promise<{ text: string; isError: boolean; data: unknown }>;
}

export interface TestClientOptions {
  token: string;
  /** The protocol of 2026-07-28, which says in every message who sends it; else that of 2025. */
  modern?: boolean;
  /** Added to `/mcp`, e.g. `?mode=read`. */
  query?: string;
  fetch?: typeof fetch;
}

/** An assistant, connected to a server's `/mcp`. */
export async function connectClient(
  url: string,
  { fetch: send, modern = false, query = '', token }: TestClientOptions,
): Promise<TestClient> {
  const client = new Client(
    { name: 'test-assistant', version: '1.2.3' },
    { versionNegotiation: { mode: modern ? { pin: '2026-07-28' } : 'legacy' } },
  );
  const transport = new StreamableHTTPClientTransport(new URL(`/mcp${query}`, url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
    ...(send && { fetch: send }),
  });
  await client.connect(transport, patient);
  return testClientOf(client);
}

export function testClientOf(client: Client): TestClient {
  return {
    client,
    async call(name, input = {}) {
      const {
        content,
        isError = false,
        structuredContent,
      } = await client.callTool({ name, arguments: input }, patient);
      const text = content.map((one) => (one.type === 'text' ? one.text : one.type)).join('\n');
      return { text, isError, data: (structuredContent as { result?: unknown } | undefined)?.result };
    },
  };
}
