import { expect, it } from '@jest/globals';
import { httpCheckForm, httpCheckOf } from '../../../src/swarm/probe/http-check.ts';

const ports = [{ container: 3000 }];
const shell = (url: string) => `wget -q -O /dev/null '${url}' || curl -fsS -o /dev/null '${url}'`;

it.each([
  [['HTTP', '/healthz'], { path: '/healthz', port: 3000 }],
  [['CMD-SHELL', shell('http://127.0.0.1:8080/up?deep=1')], { path: '/up?deep=1', port: 8080 }],
  [['CMD-SHELL', 'curl -f http://127.0.0.1:8080/up'], undefined],
  [['CMD', 'node', 'check.js'], undefined],
  [['NONE'], undefined],
])('%j asks for %j', (test, check) => {
  expect(httpCheckOf({ ports, healthcheck: { test } })).toEqual(check);
});

it('runs the probe, which keeps the time itself, so that a slow start of it ends no application', () => {
  const check = { path: '/healthz', port: 3000 };
  expect(httpCheckForm(check, undefined, true)).toEqual({
    Test: ['CMD', '/.shipmate/probe', 'http', '3000', '/healthz', '10000'],
    Timeout: 30e9,
  });
  const hasty = httpCheckForm(check, '500ms', true);
  expect([hasty.Test?.at(-1), hasty.Timeout]).toEqual(['500', 20.5e9]);
});

it('needs a program of the image where no probe is mounted', () => {
  expect(httpCheckForm({ path: '/up', port: 80 }, '3s', false)).toEqual({
    Test: ['CMD-SHELL', shell('http://127.0.0.1:80/up')],
    Timeout: 3e9,
  });
});
