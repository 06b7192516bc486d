import { once } from 'node:events';
import { createServer } from 'node:http';
import { httpSide } from './http-side.ts';
import { readManifest } from './manifest.ts';
import { keptAlive } from '../kept-alive.ts';
import { slackPeople } from './people.ts';
import { socketSide } from './socket-side.ts';
import { createSlackWorld } from './world.ts';

/** A workspace of Slack on this machine, with its Web API and Socket Mode; what Slack refuses fails here. */
export async function startSlack() {
  const world = createSlackWorld();
  const manifest = readManifest();
  const server = createServer(keptAlive, httpSide(world, manifest));
  const socket = socketSide(server, world);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  world.url = `http://127.0.0.1:${address.port}`;
  return {
    world,
    /** What the app was granted. */
    manifest,
    socket,
    people: slackPeople(world, socket.deliver),
    apiUrl: `${world.url}/api/`,
    async close() {
      await socket.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
