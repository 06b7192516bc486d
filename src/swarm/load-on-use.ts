import { createRequire } from 'node:module';

// dockerode loads gRPC and an SSH client with itself (8 MB and 90 ms), which only its own sessions and ssh:// addresses
// use. Imported before it, this puts functions in the place of both files that load the file when they are called.

const ofDockerode = createRequire(createRequire(import.meta.url).resolve('dockerode'));
const ofModem = createRequire(ofDockerode.resolve('docker-modem'));

loadOnUse(ofDockerode, './session');
loadOnUse(ofModem, './ssh');

function loadOnUse(require: NodeJS.Require, file: string): void {
  const path = require.resolve(file);
  const loaded = require.cache[path];
  if (loaded) return;
  const stand: NodeJS.Module['exports'] = (...input: unknown[]) => {
    delete require.cache[path];
    const real = require(path) as (...input: unknown[]) => unknown;
    return real(...input);
  };
  require.cache[path] = { id: path, filename: path, path, loaded: true, exports: stand } as NodeJS.Module;
}
