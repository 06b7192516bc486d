#!/bin/sh
# dockerode 5.0.1 with a Docker Engine (seen with Engine 20.10.24; needs one at DOCKER_HOST or the local socket).
#
# Behaviour: `buildImage(context, { version: '2' })` opens a BuildKit session that answers for logins, but not for
# `grpc.health.v1.Health/Check`, which the Engine asks for every second (every five on newer ones). The Engine takes the
# refusal for a dead client and closes the session. The build goes on without it: what needs a login later than that
# fails with "no active sessions", although the login was given.
# Output seen: `session closed while the build ran: true`
# Wrong guess: a session lasts as long as its build, as the Docker CLI's does.
#
# The build is one step that sleeps, on an image that the script makes from this machine's own Node, and removes.
# Needs Node 20 or later, npm, ldd. Ends with 1 when the session lives.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent dockerode@5.0.1
mkdir context
node=$(node -p process.execPath)
for file in "$node" $(ldd "$node" | grep -o '/[^ ]*'); do
  mkdir -p "context/root$(dirname "$file")"
  cp -L "$file" "context/root$file"
done
cat >context/Dockerfile <<DOCKERFILE
FROM scratch
COPY root /
RUN ["$node", "-e", "setTimeout(() => {}, 15000); console.log($$)"]
DOCKERFILE
cat >build.cjs <<'JS'
const Docker = require('dockerode');
const docker = new Docker();
const dial = docker.modem.dial.bind(docker.modem);
let closedAt;
docker.modem.dial = (options, callback) =>
  dial(options, (error, socket) => {
    if (!error && options.path === '/session') socket.on('close', () => (closedAt ??= Date.now()));
    callback(error, socket);
  });

(async () => {
  const tag = 'dockerode-session:finding';
  const files = { context: 'context', src: ['Dockerfile', 'root'] };
  const stream = await docker.buildImage(files, { t: tag, version: '2' });
  await new Promise((resolve, reject) => stream.on('error', reject).on('end', resolve).resume());
  const endedAt = Date.now();
  const { Id } = await docker.getImage(tag).inspect();
  await docker.getImage(tag).remove();
  const early = closedAt !== undefined && endedAt - closedAt > 2_000;
  console.log(`session closed while the build ran: ${early}`);
  process.exit(early && Id ? 0 : 1);
})();
JS
node build.cjs
