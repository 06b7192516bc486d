import { describe, expect, it } from '@jest/globals';
import type { CaddyEndpoints } from '../../src/ingress/caddy-endpoints.ts';
import { caddyConfig } from '../../src/ingress/caddy-config.ts';
import { drain, noAnswer, tooLarge, tooSlow, unknownHost } from '../../src/ingress/caddy-answers.ts';

function configWith(routes: object[]): object {
  return {
    admin: { listen: 'unix//run/caddy/admin.sock' },
    logging: { logs: { default: { level: 'ERROR' } } },
    apps: {
      http: {
        shutdown_delay: '1s',
        servers: {
          applications: {
            listen: [':80'],
            automatic_https: { disable: true },
            protocols: ['h1', 'h2'],
            read_header_timeout: '30s',
            routes: [drain, ...routes, unknownHost],
            errors: { routes: [tooLarge, tooSlow, noAnswer] },
          },
        },
      },
    },
  };
}

function routeTo(host: string, dial: string): object {
  return {
    match: [{ host: [host] }],
    terminal: true,
    handle: [
      expect.objectContaining({ handler: 'encode' }),
      {
        handler: 'reverse_proxy',
        upstreams: [{ dial }],
        load_balancing: {
          try_duration: '5s',
          try_interval: '50ms',
          retry_match: [{ method: ['GET', 'HEAD', 'OPTIONS'] }],
        },
        transport: { protocol: 'http', dial_timeout: '300ms', keep_alive: { enabled: false } },
      },
    ],
  };
}

interface ProxyRoute {
  handle: [object, { load_balancing?: object }];
}

const endpoints: CaddyEndpoints = {
  admin: 'unix//run/caddy/admin.sock',
  listen: { http: [':80', '[::]:80'], https: [':443', '[::]:443'] },
  drainSeconds: 1,
  publicPorts: { http: 80, https: 443 },
  dial: ({ service, port }) => `tasks.${service}.:${port}`,
};

// What the routes do is shown by a real Caddy in caddy.test.ts.
describe('the configuration of Caddy', () => {
  it('answers every host with 404 when there are no applications, and has no HTTPS without certificates', () => {
    expect(caddyConfig({ routes: [], certificates: [], challenges: [] }, endpoints, 0)).toEqual(configWith([]));
  });

  it('tries an application without tasks once', () => {
    const route = { host: 'a.test', service: 'a', port: 80, network: 'n', tls: false, down: true as const };
    const { load_balancing: _patience, ...once } = (routeTo('a.test', 'tasks.a.:80') as ProxyRoute).handle[1];
    const config = caddyConfig({ routes: [route], certificates: [], challenges: [] }, endpoints, 0);
    expect(config).toEqual(
      configWith([
        {
          ...routeTo('a.test', 'tasks.a.:80'),
          handle: [expect.objectContaining({ handler: 'encode' }), once],
        },
      ]),
    );
  });

  it('sends each host to the tasks of its service, and only the rest to the 404 page', () => {
    const tls = false;
    const routes = [
      { host: 'api.shop.example.com', service: 'shop-api-1f3a9c02', port: 8080, network: 'shop-7be1d2c4', tls },
      { host: 'web.blog.example.com', service: 'blog-web-77aa0011', port: 3000, network: 'blog-0c0d0e0f', tls },
    ];
    expect(caddyConfig({ routes, certificates: [], challenges: [] }, endpoints, 0)).toEqual(
      configWith([
        routeTo('api.shop.example.com', 'tasks.shop-api-1f3a9c02.:8080'),
        routeTo('web.blog.example.com', 'tasks.blog-web-77aa0011.:3000'),
      ]),
    );
  });
});
