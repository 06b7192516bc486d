import type { RequestListener } from 'node:http';

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
}

/** Every route of an express app as `GET /path`, routers inside it included: no list of a test can forget one. */
export function routesOf(app: RequestListener): string[] {
  const { router } = app as unknown as { router: { stack: Layer[] } };
  return listed(router.stack).toSorted();
}

function listed(stack: Layer[]): string[] {
  return stack.flatMap(({ handle, route }) => {
    if (!route) return handle.stack ? listed(handle.stack) : [];
    return Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`);
  });
}
