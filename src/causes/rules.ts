import { checkRules } from './check-rules.ts';
import type { Rule, Source } from './rule.ts';

/** Every known cause, by where it shows. The nearer to the top, the likelier. */
export const rules: Record<Source, Record<string, Rule>> = {
  output: {
    'missing-variable': {
      when: [
        /\b([A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,8}) (?:environment variable |env(?:ironment)? var )?(?:(?:is|was|are|be) )?(?:not set|missing|required|not defined|undefined|unset|must be set|not found)/,
        /(?:environment variable|env var|config variable|required key)s?(?: not found)?[:\s]{1,3}["'`]?([A-Z][A-Z0-9_]{1,80})/i,
        /^(?:Uncaught )?(?:Error|KeyError|ValueError)?:? ?(?:[Mm]issing|MISSING|Please set|You must set|Set) (?:the )?(?:required )?(?:variable |secret )?["'`]?([A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,8})\b/,
        /^KeyError: '([A-Z][A-Z0-9_]{1,80})'$/,
        /key not found: "([A-Z][A-Z0-9_]{1,80})" \(KeyError\)/,
        /^([A-Z][A-Z0-9_]{1,80}): NotPresent$/,
      ],
      cause: 'the variable `{1}` is not set',
      mend: 'Set it: `env set {app} {1} --secret`',
    },
    'check-host-refused': {
      when: /(?:Invalid HTTP_HOST header: '|Blocked hosts?: |Blocked request\. This host \("?)(127\.0\.0\.1(?::\d{1,5})?)/,
      cause: 'it refuses the host `{1}`, which its health check asks for',
      mend: 'Allow `127.0.0.1` (Django: `ALLOWED_HOSTS`, Rails: `config.hosts`) and push, or check by a command: `app set {app} health-cmd=["node","check.js"]`',
    },
    'port-below-1024': {
      when: /(?:EACCES|[Pp]ermission denied).{0,80}:(\d{1,3})\b(?!\d)|bind\(\) to 0\.0\.0\.0:(\d{1,3}) failed \(13/,
      cause: 'it may not listen on port {1}, which only root may',
      mend: 'Listen on a port above 1023: `app set {app} port=8080`',
    },
    'port-in-use': {
      when: [
        /EADDRINUSE.{0,60}:(\d{1,5})\b/,
        /(?:[Aa]ddress already in use|AddressAlreadyInUse|Only one usage of each socket address).{0,60}[: ](\d{2,5})\b/,
        /[: ](\d{2,5}): bind: address already in use/,
        /[Aa]ddress already in use.{0,60}?:(\d{2,5})/,
        /Port (\d{2,5}) (?:was already|is already) in use/,
      ],
      cause: 'port {1} is taken inside the container: it is opened twice',
      mend: 'See which processes start: `logs {app} --build`',
    },
    'port-in-use-somewhere': {
      when: /address already in use|EADDRINUSE/i,
      cause: 'a port is taken inside the container: it is opened twice',
      mend: 'See which processes start: `logs {app} --build`',
    },
    'heap-memory': {
      when: [
        /JavaScript heap out of memory|java\.lang\.OutOfMemoryError|Allowed memory size of \d{1,15} bytes exhausted/,
        /runtime: out of memory|cannot allocate memory|^MemoryError|NoMemoryError|failed to allocate memory|memory allocation of \d{1,15} bytes failed/i,
      ],
      cause: 'it ran out of memory by itself',
      mend: 'Give the program a larger heap (e.g. `NODE_OPTIONS=--max-old-space-size=512`), within the limit: `app set {app} memory=1G`',
    },
    'missing-command': {
      when: /^(?:\S{0,60}: )?(?:line )?\d{1,4}: ([\w./-]{1,120}): (?:command )?not found$/,
      cause: 'the command `{1}` is not in the image',
      mend: 'Install it in the Dockerfile: `deploy {app}`',
    },
    'missing-package': {
      when: [
        /Cannot find (?:module|package) '([^'`]{1,120})'/,
        /No module named '?([\w.]{1,120})/,
        /cannot load such file -- ([\w./-]{1,120})/,
        /(?:ClassNotFoundException|NoClassDefFoundError|Could not find or load main class):? ([\w./$-]{1,120})/,
        /Class ["']([\w\\]{1,120})["'] not found/,
        /Could not load file or assembly '([\w.]{1,120})/,
        /Can't locate ([\w/]{1,120}\.pm) in @INC/,
      ],
      cause: '`{1}` is not in the image',
      mend: 'Add it to the dependencies or the build: `deploy {app}`',
    },
    'missing-library': {
      when: [
        /error while loading shared libraries: ([\w.+-]{1,80})/,
        /version `?(GLIBC_[\d.]{1,10})'? not found/,
        /(?:Error loading shared library|cannot open shared object file.{0,5}) ?([\w.+-]{1,80})/,
      ],
      cause: 'the image lacks the system library `{1}`',
      mend: 'Install it in the Dockerfile, or build on the base image that it runs on: `deploy {app}`',
    },
    'missing-script': {
      when: [/Missing script: "?([\w:.-]{1,60})/i, /Couldn't find a script named "([\w:.-]{1,60})/],
      cause: '`package.json` has no script `{1}`',
      mend: 'Add it, or start another: `app set {app} command=["node","server.js"]`',
    },
    'unknown-host': {
      when: [
        /(?:ENOTFOUND|EAI_AGAIN) ([\w.-]{1,120})/,
        /could not translate host name "([\w.-]{1,120})"/,
        /lookup ([\w.-]{1,120})(?: on [\d.:]{1,40})?: (?:no such host|server misbehaving)/,
        /getaddrinfo(?: for|failed:)? ["']?([\w.-]{1,120})["']? failed|UnknownHostException: ([\w.-]{1,120})/,
        /Unknown MySQL server host '([\w.-]{1,120})'/,
      ],
      cause: 'there is no host `{1}` in its network',
      mend: 'Check the address in its variables: `env list {app}`',
    },
    'connection-refused': {
      when: [
        /(?:ECONNREFUSED|ETIMEDOUT) ([\w.:[\]-]{1,120})/,
        /dial tcp ([\w.:[\]-]{1,120}): (?:connect: connection refused|i\/o timeout)/,
        /connection to server at "?([\w.-]{1,120})"?.{0,60} failed: Connection refused/,
        /Connection refused.{0,40}?([\d.]{7,15}:\d{2,5})/,
      ],
      cause: 'nothing answers at `{1}`, to which it connects',
      mend: 'Check that it runs, and the address in the variables: `env list {app}`',
    },
    'database-login': {
      when: [
        /password authentication failed for user "([\w.-]{1,80})"/,
        /Access denied for user '([\w.-]{1,80})'/,
        /(?:NOAUTH|WRONGPASS|Authentication failed).{0,40}?(?:user|as) ['"]?([\w.-]{1,80})/,
      ],
      cause: 'the database refuses the login of `{1}`',
      mend: 'Attach the database, which sets its variables: `db list`',
    },
    'missing-database': {
      when: [/database "([\w.-]{1,80})" does not exist/, /Unknown database '([\w.-]{1,80})'/],
      cause: 'the database `{1}` does not exist',
      mend: 'Check the name in its variables: `env list {app}`',
    },
    'missing-table': {
      when: /(?:relation "|Table '|no such table: )([\w.]{1,80})(?:" does not exist|' doesn't exist|$)/,
      cause: 'the table `{1}` does not exist, so migrations are missing',
      mend: 'Run them before the program starts: `redeploy {app}`',
    },
    'untrusted-certificate': {
      when: /SELF_SIGNED_CERT_IN_CHAIN|self[- ]signed certificate|unable to verify the first certificate|certificate has expired|CERTIFICATE_VERIFY_FAILED|x509: certificate|PKIX path building failed/i,
      cause: 'it does not trust the certificate of a server that it connects to',
      mend: 'Add the authority to the image (`ca-certificates`), or check the address: `env list {app}`',
    },
    'full-disk': {
      when: /ENOSPC|[Nn]o space left on device|disk quota exceeded/i,
      cause: 'there is no space left on the disk',
      mend: 'See what fills it: `node list`',
    },
    'read-only': {
      when: [/EROFS.{0,60}'([^'`]{1,120})'/, /(?:Read-only file system).{0,20}?['"]([^'"`]{1,120})['"]/],
      cause: '`{1}` is on a read-only file system',
      mend: 'Write to a volume: `volume list`',
    },
    'missing-file': {
      when: [
        /ENOENT: no such file or directory, \w{1,20} '([^'`]{1,160})'/,
        /No such file or directory(?: @ \w{1,40} -|:) ['"]?([^'"`\s]{1,160})/,
        /open ([^\s`:]{1,160}): no such file or directory/,
        /FileNotFoundException: ([^\s`]{1,160}) \(No such file/,
        /Could not find (?:file|a part of the path) '([^'`]{1,160})'/,
        /can't open file '([^'`]{1,160})'|Could not open input file: ([^\s`]{1,160})/,
        /([\w./-]{1,160}): (?:No such file or directory|cannot open)/,
        /Unable to access jarfile ([^\s`]{1,160})/,
      ],
      cause: 'the file `{1}` is not in the image',
      mend: 'Copy it in the Dockerfile (and not in `.dockerignore`): `deploy {app}`',
    },
    'file-permission': {
      when: [
        /(?:EACCES|EPERM).{0,60}'([^'`]{1,160})'/,
        /[Pp]ermission denied(?: @ \w{1,40} -|:) ['"]?([^'"`\s]{1,160})/,
        /open ([^\s`:]{1,160}): permission denied/,
        /([\w./-]{1,160}): [Pp]ermission denied/,
        /Access to the path '([^'`]{1,160})' is denied/,
      ],
      cause: 'its user may not use `{1}`',
      mend: 'Give it to that user in the Dockerfile (`chown`), or use a volume: `volume list`',
    },
    'wrong-processor': {
      when: [/exec format error/i, /rosetta error|qemu-\w{1,20}: Could not open/],
      cause: 'its program is for another processor, or a script without `#!`',
      mend: 'Build for the platform of the nodes: `node list`',
    },
    'syntax-error': {
      when: [
        /^(?:Uncaught )?(?:Syntax|Indentation|Tab)Error: ([^`]{1,120})/,
        /(?:Parse|syntax) error[:,]? ([^`]{1,120})/,
      ],
      cause: 'its code has a syntax error: `{1}`',
      mend: 'Correct it and push, or go back: `rollback {app}`',
    },
  },
  task: {
    'wrong-port': {
      when: /nothing listens on port (\d{1,5}); the container listens on (\d{1,5})/,
      cause: 'nothing listens on port {1}; the container listens on {2}',
      mend: 'Route to that port: `app set {app} port={2}`',
      certain: true,
    },
    'no-port': {
      when: /nothing listens on port (\d{1,5}); the container listens on no port/,
      cause: 'nothing listens on port {1}; the container listens on no port',
      mend: 'Listen on the port in `PORT`; a worker needs none: `app set {app} port=`',
      certain: true,
    },
    'loopback-only': {
      when: /port (\d{1,5}) listens on ([\d.:[\]]{1,45}) only: bind 0\.0\.0\.0/,
      cause: 'port {1} listens on {2} only: bind 0.0.0.0',
      mend: 'Many servers read the address from a variable: `env set {app} HOST=0.0.0.0`',
      certain: true,
    },
    'memory-limit': {
      when: /^exited with code 137: it used more than its memory limit/,
      cause: 'it used more than its memory limit of {memory}',
      mend: 'Raise the limit: `app set {app} memory={twice}`',
      certain: true,
    },
    'node-memory': {
      when: /^exited with code 137: it was killed, as its node ran out of memory/,
      cause: 'its node ran out of memory, so it was killed',
      mend: 'See what else runs there: `node list`',
      certain: true,
    },
    'missing-image': {
      when: [/no such image: ([^\s`]{1,200})/i, /pull access denied for ([^\s`,]{1,200})/],
      cause: 'its node cannot get the image `{1}`',
      mend: 'Build it again; with several nodes, set up a registry: `redeploy {app}`',
    },
    'command-not-in-path': {
      when: /exec: "([^"`]{1,160})": (?:executable file not found|stat [^\s]{1,160}: no such file)/,
      cause: 'the command `{1}` is not in the image',
      mend: 'Start one that is: `app set {app} command=["node","server.js"]`',
    },
    'command-not-executable': {
      when: /exec: "([^"`]{1,160})": permission denied/,
      cause: 'the command `{1}` is not executable',
      mend: 'Make it so (`chmod +x`) in git or the Dockerfile: `deploy {app}`',
    },
    'wrong-format': {
      when: /exec format error/,
      cause: 'its program is for another processor, or a script without `#!`',
      mend: 'Build for the platform of the nodes: `node list`',
    },
    'ended-at-once': {
      when: /^exited with code 0/,
      cause: 'its command ended by itself, and a service has to keep running',
      mend: 'Start the server in the foreground: `app set {app} command=["node","server.js"]`',
    },
    'bad-memory-access': {
      when: /^exited with code (?:139|135|132)/,
      cause: 'it crashed in native code (exit code 139, SIGSEGV)',
      mend: 'Build its native libraries on the base image that it runs on: `deploy {app}`',
    },
    'missing-folder': {
      when: /chdir to cwd \("([^"`]{1,160})"\).{0,60}(?:no such file|not a directory)/,
      cause: 'its working directory `{1}` is not in the image',
      mend: 'Make it with `WORKDIR` in the Dockerfile: `deploy {app}`',
    },
    'missing-user': {
      when: /unable to find user ([\w.-]{1,60})/,
      cause: 'its user `{1}` is not in the image',
      mend: 'Make it in the Dockerfile before `USER`: `deploy {app}`',
    },
    'missing-mount': {
      when: [/bind source path does not exist: ([^\s`]{1,160})/, /error while mounting volume '([^'`]{1,160})/],
      cause: '`{1}`, which it mounts, is not on the node',
      mend: 'Make it there, or mount something else: `volume list`',
    },
    'no-resources': {
      when: /no suitable node \(.{0,200}insufficient resources/,
      cause: 'no node has as much memory and CPU free as it reserves',
      mend: 'Reserve less: `app set {app} memory-reservation= cpus-reservation=`',
    },
    'host-port-taken': {
      when: /no suitable node \(.{0,200}host-mode port already in use/,
      cause: 'its host port is taken on every node',
      mend: 'Publish another: `app show {app}`',
    },
    'no-node-fits': {
      when: /no suitable node \(.{0,200}scheduling constraints not satisfied/,
      cause: 'no node meets its placement constraints',
      mend: 'Compare them with the nodes: `app set {app} constraints=`',
    },
    'no-platform': {
      when: /no suitable node \(.{0,200}unsupported platform/,
      cause: 'its image is for a platform that no node has',
      mend: 'Build for that of the nodes: `node list`',
    },
  },
  check: checkRules,
  error: {
    'lock-out-of-step': {
      when: /`?npm ci`? can only install packages when|ERR_PNPM_OUTDATED_LOCKFILE|lockfile needs to be updated/,
      cause: 'the lock file does not match `package.json`',
      mend: 'Install once more, commit the lock file and push: `deploy {app}`',
    },
  },
};
