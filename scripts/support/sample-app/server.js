'use strict';
const { existsSync, readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { hostname } = require('node:os');
const { join } = require('node:path');

const version = readFileSync(join(__dirname, 'VERSION'), 'utf8').trim();
const broken = existsSync(join(__dirname, 'broken'));
const port = Number(process.env.PORT || 8080);

const server = createServer((request, response) => {
  if (request.url === '/healthz') {
    response.writeHead(broken ? 500 : 200).end(broken ? 'broken\n' : 'ok\n');
    return;
  }
  response.setHeader('content-type', 'application/json');
  response.end(`${JSON.stringify({ version, host: hostname() })}\n`);
});

server.listen(port, () => console.log(`version ${version} listens on ${port}`));

process.on('SIGTERM', () => {
  console.log('stopping');
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
