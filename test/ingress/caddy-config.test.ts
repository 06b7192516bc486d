import { describe, expect, it } from '@jest/globals';
import { caddyConfig } from '../../src/ingress/caddy-config.ts';

const text = { 'Content-Type': ['text/plain; charset=utf-8'] };

const unknownHost = {
  handle: [
    {
      handler: 'static_response',
      status_code: 404,
      headers: text,
      body: 'No application answers at {http.request.host}.\n',
    },
  ],
};

function configWith(routes: object[]): object {
  return {
    admin: { listen: 'unix//run/caddy/admin.sock' },
    logging: { logs: { default: { level: 'ERROR' } } },
    apps: {
      http: {
        servers: {
          applications: {
            listen: [':80'],
            automatic_https: { disable: true },
            routes: [...routes, unknownHost],
            errors: {
              routes: [
                {
                  handle: [
                    {
                      handler: 'static_response',
                      status_code: 503,
                      headers: { ...text, 'Retry-After': ['5'] },
                      body: 'The application at {http.request.host} does not answer right now.\n',
                    },
                  ],
                },
              ],
            },
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

describe('the configuration of Caddy', () => {
  it('answers every host with 404 when there are no applications', () => {
    expect(caddyConfig([])).toEqual(configWith([]));
  });

  it('sends each host to the tasks of its service, and only the rest to the 404 page', () => {
    const routes = [
      { host: 'api.shop.example.com', service: 'shop-api-1f3a9c02', port: 8080, network: 'shop-7be1d2c4' },
      { host: 'web.blog.example.com', service: 'blog-web-77aa0011', port: 3000, network: 'blog-0c0d0e0f' },
    ];
    expect(caddyConfig(routes)).toEqual(
      configWith([
        routeTo('api.shop.example.com', 'tasks.shop-api-1f3a9c02.:8080'),
        routeTo('web.blog.example.com', 'tasks.blog-web-77aa0011.:3000'),
      ]),
    );
  });
});
