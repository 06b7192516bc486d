/**
 * The program of a health check that waits until the server listens, so that its first word tells, healthy or not: one
 * failure is enough. It looks more and more seldom, and after that first word late, as each check is a process that keeps
 * others of this machine waiting.
 */
export function patientCheck(url: string): string {
  return `
const { closeSync, existsSync, openSync } = require('fs');
const spoken = '/dev/shm/checked';
const say = (code) => {
  closeSync(openSync(spoken, 'w'));
  process.exit(code);
};
let pause = 20;
const check = () =>
  require('http')
    .get('${url}', (response) => say(response.statusCode === 200 ? 0 : 1))
    .on('error', () => setTimeout(check, (pause = Math.min(pause * 1.3, 500))));
setTimeout(check, existsSync(spoken) ? 4000 : 0);
`;
}
