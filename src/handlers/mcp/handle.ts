import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Assistant } from './assistant.ts';
import type { Ship } from './call-tool.ts';
import { createMcpServer } from './server.ts';

/** Answers one message of an assistant, as JSON or, where something is told meanwhile, as a stream. */
export async function handleMcp(
  ship: Ship,
  assistant: Assistant,
  message: { request: Request; body: unknown },
): Promise<Response> {
  const { fetch } = createMcpHandler(() => createMcpServer(ship, assistant), {
    onerror: (error) => ship.deps.logger.debug({ err: error, client: assistant.client }, 'message of an assistant'),
  });
  return fetch(message.request, message.body === undefined ? {} : { parsedBody: message.body });
}
