import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Docker from 'dockerode';

/** What the Engine says of one service, and what it was asked. */
export interface LoopbackEngine extends AsyncDisposable {
  docker: Docker;
  service: Docker.Service;
  tasks: object[];
  /** What it answers when containers are listed. */
  containers: object[];
  /** How often the tasks were listed. */
  listings(): number;
  /** Sends events to whoever listens, those that their filter lets through, in one piece. */
  emit(events: EngineEvent[]): void;
  /** Resolves once somebody listens for events. */
  listening: Promise<void>;
}

export interface EngineEvent {
  Type: string;
  Action: string;
  Actor: { Attributes: Record<string, string> };
}

/** The part of an Engine that a roll-out is followed with, over HTTP. */
export async function loopbackEngine(service: Docker.Service, tasks: object[]): Promise<LoopbackEngine> {
  const { promise: listening, resolve: listens } = Promise.withResolvers<void>();
  let events: { response: ServerResponse; filters: Record<string, string[]> } | undefined;
  let listings = 0;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://engine');
    const json = (body: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    if (pathname === '/events') {
      events = { response, filters: filtersIn(searchParams) };
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      return listens();
    }
    if (pathname.startsWith('/services/')) return json(engine.service);
    if (pathname === '/secrets') return json([]);
    if (pathname === '/containers/json') return json(engine.containers);
    if (pathname !== '/tasks') return response.writeHead(404).end();
    listings += 1;
    return json(engine.tasks);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const engine: LoopbackEngine = {
    docker: new Docker({ host: '127.0.0.1', port, protocol: 'http' }),
    service,
    tasks,
    containers: [],
    listings: () => listings,
    listening,
    emit(given) {
      const passed = given.filter((event) => passes(event, events?.filters ?? {}));
      events?.response.write(passed.map((event) => `${JSON.stringify(event)}\n`).join(''));
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return engine;
}

/** A list, or the Engine's older form of one: an object with a key for each. */
function filtersIn(query: URLSearchParams): Record<string, string[]> {
  const given = JSON.parse(query.get('filters') ?? '{}') as Record<string, string[] | Record<string, boolean>>;
  return Object.fromEntries(
    Object.entries(given).map(([key, values]) => [key, Array.isArray(values) ? values : Object.keys(values)]),
  );
}

/** As the Engine does: `health_status` stands for all of its results. */
function passes({ Action, Type }: EngineEvent, { type, event }: Record<string, string[]>): boolean {
  const kind = Action.split(':')[0] ?? '';
  return (type?.includes(Type) ?? true) && (event?.includes(kind) ?? true);
}
