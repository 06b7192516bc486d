/**
 * The program of a health check that waits until the server listens, so that its first word tells, healthy or not: one
 * failure is enough. It looks more and more seldom, and the older the container, the later, as each check is a process that
 * keeps others of this machine waiting.
 */
export function patientCheck(url: string): string {
  return `
const uptime = require('fs').readFileSync('/proc/uptime', 'utf8').split(' ')[0];
const began = require('fs').readFileSync('/proc/1/stat', 'utf8').split(') ')[1].split(' ')[19] / 100;
let pause = 20;
const check = () =>
  require('http')
    .get('${url}', (response) => process.exit(response.statusCode === 200 ? 0 : 1))
    .on('error', () => setTimeout(check, (pause = Math.min(pause * 1.3, 500))));
const age = uptime - began;
setTimeout(check, age < 1 ? 0 : age < 10 ? 1500 : 4000);
`;
}
