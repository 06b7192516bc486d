import { createRequire } from 'node:module';
import { loadOnUse } from '../load-on-use.ts';

// Imported before dockerode: gRPC and an SSH client (8 MB and 90 ms), which only its own sessions and ssh:// addresses
// use, and archives of folders.
const ofDockerode = createRequire(createRequire(import.meta.url).resolve('dockerode'));
const ofModem = createRequire(ofDockerode.resolve('docker-modem'));

loadOnUse(ofDockerode, './session');
loadOnUse(ofDockerode, 'tar-fs');
loadOnUse(ofModem, './ssh');
