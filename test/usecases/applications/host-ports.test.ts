import { expect, it } from '@jest/globals';
import { requireFreeHostPorts } from '../../../src/usecases/applications/host-ports.ts';

const config = { port: 8080, ingressHttpPort: 80, ingressHttpsPort: 443 };

function publishing(host: number) {
  return { source: {}, docker: { ports: [{ container: 3000, host }] }, replicas: 1 };
}

it.each([
  [80, 'the ingress'],
  [443, 'the ingress'],
  [8080, 'Shipmate itself'],
  [2375, 'the Docker Engine'],
  [2377, 'the managers of the swarm'],
  [7946, 'the nodes of the swarm'],
  [4789, 'the overlay networks of the swarm'],
])('port %i is not free', (port, owner) => {
  const message = `Port ${port} of the nodes belongs to ${owner}. Choose another.`;
  expect(() => requireFreeHostPorts(config, publishing(port))).toThrow(message);
  const stack = { source: { compose_host_ports: [9000, port] }, docker: {}, replicas: 1 };
  expect(() => requireFreeHostPorts(config, stack)).toThrow(message);
});

it('any other is', () => {
  expect(() => requireFreeHostPorts(config, publishing(9000))).not.toThrow();
  expect(() => requireFreeHostPorts(config, { source: {}, docker: {}, replicas: 1 })).not.toThrow();
});
