import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failingImage } from '../support/failing-image.ts';
import { type DeploymentRow, openShipmate, type RunningShipmate } from '../support/shipmate.ts';

const node = '/usr/local/bin/node';

interface Failing {
  /** Entry point; by default Node with the file of its name. */
  command?: string[];
  settings?: string;
  /** Why it did not come up, and what mends it. */
  says: string;
}

function recorded(name: string, code = 1): string[] {
  return [node, '/failing/recorded.js', name, String(code)];
}

function checked(...command: string[]): string {
  return `health-cmd=${JSON.stringify(command)} health-interval=500ms health-timeout=2m health-retries=1 health-start-period=0s`;
}

const variable = 'the variable `STRIPE_KEY` is not set. Set it: `env set <app> STRIPE_KEY --secret`.';

/** What each application does wrong, by its name. */
const failing: Record<string, Failing> = {
  'missing-variable': { says: variable },
  'port-in-use': {
    says: 'port 8080 is taken inside the container: it is opened twice. See which processes start: `logs <app> --build`.',
  },
  'heap-memory': {
    command: [node, '--max-old-space-size=16', '/failing/heap-memory.js'],
    says: 'it ran out of memory by itself. Give the program a larger heap (e.g. `NODE_OPTIONS=--max-old-space-size=512`), within the limit: `app set <app> memory=1G`.',
  },
  'memory-limit': {
    settings: 'memory=64M',
    says: 'it used more than its memory limit of 64 MiB. Raise the limit: `app set <app> memory=128M`.',
  },
  'missing-package': {
    says: '`price-list` is not in the image. Add it to the dependencies or the build: `deploy <app>`.',
  },
  'unknown-host': {
    says: 'there is no host `orders-db.invalid` in its network. Check the address in its variables: `env list <app>`.',
  },
  'connection-refused': {
    says: 'nothing answers at `127.0.0.1:5432`, to which it connects. Check that it runs, and the address in the variables: `env list <app>`.',
  },
  'missing-file': {
    says: 'the file `/app/config.json` is not in the image. Copy it in the Dockerfile (and not in `.dockerignore`): `deploy <app>`.',
  },
  'file-permission': {
    says: 'its user may not use `/failing/orders.db`. Give it to that user in the Dockerfile (`chown`), or use a volume: `volume list`.',
  },
  'syntax-error': {
    command: [node, '/failing/syntax-error.txt'],
    says: "its code has a syntax error: `Unexpected token ';'`. Correct it and push, or go back: `rollback <app>`.",
  },
  exits: {
    says: 'its command ended by itself, and a service has to keep running. Start the server in the foreground: `app set <app> command=["node","server.js"]`.',
  },
  crash: {
    command: ['/bin/sh', '-c', `${node} /failing/crash.js; exit $?`],
    says: 'it crashed in native code (exit code 139, SIGSEGV). Build its native libraries on the base image that it runs on: `deploy <app>`.',
  },
  'missing-command': {
    command: ['/bin/sh', '-c', 'serve'],
    says: 'the command `serve` is not in the image. Install it in the Dockerfile: `deploy <app>`.',
  },
  'command-not-in-path': {
    command: ['serve'],
    says: 'the command `serve` is not in the image. Start one that is: `app set <app> command=["node","server.js"]`.',
  },
  'command-not-executable': {
    command: ['/failing/not-executable'],
    says: 'the command `/failing/not-executable` is not executable. Make it so (`chmod +x`) in git or the Dockerfile: `deploy <app>`.',
  },
  'no-interpreter': {
    command: ['/failing/no-interpreter'],
    says: 'its program is for another processor, or a script without `#!`. Build for the platform of the nodes: `node list`.',
  },
  'no-resources': {
    settings: 'memory-reservation=900G',
    says: 'no node has as much memory and CPU free as it reserves. Reserve less: `app set <app> memory-reservation= cpus-reservation=`.',
  },
  'no-node-fits': {
    settings: 'constraints=node.labels.nowhere==true',
    says: 'no node meets its placement constraints. Compare them with the nodes: `app set <app> constraints=`.',
  },
  'check-status': {
    command: [node, '/failing/serves.js'],
    settings: checked(node, '/failing/check.js', '3000'),
    says: 'its health check is answered with status 500. See what it logs: `logs <app> --build`.',
  },
  'check-refused': {
    command: [node, '/failing/serves.js'],
    settings: checked(node, '/failing/check.js', '4000'),
    says: 'nothing answers its health check: wrong port, or it starts too slowly. Compare the ports, or allow more time: `app set <app> health-start-period=30s`.',
  },
  'missing-check-program': {
    command: [node, '/failing/serves.js'],
    settings: checked('curl', '-f', 'http://127.0.0.1:3000/'),
    says: 'its health check needs `curl`, which is not in the image. Check with a program that is: `app set <app> health-cmd=["node","check.js"]`.',
  },
  chained: { says: '`TypeError: the price list has no currency` (exited with code 1).' },
  python: { command: recorded('python'), says: variable },
  java: {
    command: recorded('java'),
    says: '`Caused by: java.lang.IllegalStateException: no queue` (exited with code 1).',
  },
  go: { command: recorded('go', 2), says: '`panic: no queue` (exited with code 2).' },
  rust: { command: recorded('rust', 101), says: variable },
  'postgres-login': {
    command: recorded('postgres-login'),
    says: 'the database refuses the login of `shop`. Attach the database, which sets its variables: `db list`.',
  },
  'missing-table': {
    command: recorded('missing-table'),
    says: 'the table `orders` does not exist, so migrations are missing. Run them before the program starts: `redeploy <app>`.',
  },
};

let shipmate: RunningShipmate;
let ends: Map<string, DeploymentRow>;

/** All side by side: each takes some seconds of waiting. */
beforeAll(async () => {
  const image = await failingImage();
  shipmate = await openShipmate({ env: { SHIPMATE_CONCURRENCY: '32', SHIPMATE_MONITOR_SECONDS: '120' } });
  const begun: [string, string][] = [];
  for (const [name, { command = [node, `/failing/${name}.js`], settings = '' }] of Object.entries(failing)) {
    await shipmate.command(`app create ${appOf(name)} --image ${image}`);
    await shipmate.command(`app set ${appOf(name)} command='${JSON.stringify(command)}' ${quoted(settings)}`);
    const { data } = await shipmate.command(`deploy ${appOf(name)}`);
    begun.push([name, (data as { deployment: { id: string } }).deployment.id]);
  }
  ends = new Map(
    await Promise.all(begun.map(async ([name, id]) => [name, await shipmate.deploymentEnds(id)] as const)),
  );
});
afterAll(() => shipmate.close());

function appOf(name: string): string {
  return `${shipmate.project}/${name}`;
}

/** JSON in a line is put into quotes. */
function quoted(settings: string): string {
  return settings.replace(/=(\[.*?\])(?= |$)/, "='$1'");
}

describe('the message of an application that fails says why first', () => {
  it.each(Object.entries(failing))('%s', (name, { says }) => {
    const { status, metadata } = ends.get(name) ?? { metadata: {} };
    expect(metadata.error).toBe(`The new version did not come up: ${says.replace('<app>', appOf(name))}`);
    expect(status).toBe('failed');
  });
});

it('`logs` shows what the tasks printed, the error above the stack trace too, though nothing runs any more', async () => {
  const { code, title } = await shipmate.command(`logs ${appOf('chained')} --lines 500`);
  expect(title).toContain('nothing runs, so of its failed deployment');
  expect(code?.split('\n')).toContain('  TypeError: the price list has no currency');
  expect(code?.split('\n')).toContain('  warning: CACHE_URL is not set, so nothing is cached');
});

describe('`why` begins with the same cause, and what mends it', () => {
  it.each(Object.entries(failing))('%s', async (name, { says }) => {
    const app = appOf(name);
    const next = says.includes('. ') ? '' : ` Read its log: \`logs ${app} --build\`.`;
    const sentence = says.replace('<app>', app) + next;
    const { text } = await shipmate.command(`why ${app}`);
    expect(text?.split('\n')[0]).toBe(`1. ${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`);
  });
});
