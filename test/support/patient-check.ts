/**
 * The program of a health check that waits until the server listens, so that its first word tells, healthy or not: one
 * failure is enough. Once the container has run for five seconds it takes its time, as each check is a process that keeps
 * others of this machine waiting.
 */
export function patientCheck(url: string): string {
  return `
const uptime = require('fs').readFileSync('/proc/uptime', 'utf8').split(' ')[0];
const began = require('fs').readFileSync('/proc/1/stat', 'utf8').split(') ')[1].split(' ')[19] / 100;
const check = () =>
  require('http')
    .get('${url}', (response) => process.exit(response.statusCode === 200 ? 0 : 1))
    .on('error', () => setTimeout(check, 20));
setTimeout(check, uptime - began > 5 ? 1500 : 0);
`;
}
