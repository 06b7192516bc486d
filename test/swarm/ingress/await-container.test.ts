import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type Docker from 'dockerode';
import { awaitContainer } from '../../../src/swarm/ingress/await-container.ts';
import { type LoopbackEngine, loopbackEngine } from '../loopback-engine.ts';
import { until } from '../../support/until.ts';

const spec = { name: 'shipmate-ingress-80', kernelSettings: {} };
/** It should be there by now. */
const late = AbortSignal.abort();

let engine: LoopbackEngine;
beforeEach(async () => {
  engine = await loopbackEngine({ ID: 's1', Spec: { Name: spec.name, Labels: {} } } as Docker.Service, []);
});
afterEach(async () => engine[Symbol.asyncDispose]());

const task = (State: string, more: object = {}) => ({ ID: State, DesiredState: 'running', Status: { State, ...more } });
const awaited = () => awaitContainer(engine.docker, spec, 'hash', late);

it('waits longer for a task that is on its way', async () => {
  engine.tasks.push(task('preparing'));
  const container = awaited();
  await until('it looks twice', () => engine.listings() > 2);
  engine.containers.push({ Id: 'c1' });
  expect(await container).toBe('c1');
});

it.each([
  ['no task was started', []],
  ['a task failed', [task('starting'), task('failed', { Err: 'task: non-zero exit (1)' })]],
  ['no node can take it', [task('pending', { Err: 'no suitable node (host-mode port already in use on 1 node)' })]],
])('gives up when %s', async (_, tasks) => {
  engine.tasks.push(...tasks);
  expect(await awaited()).toBeUndefined();
});
