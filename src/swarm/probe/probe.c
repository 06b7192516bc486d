/*
 * What a container is asked about its own ports, without a shell, libc or any other file of its image.
 *
 *   probe http <port> <path> <milliseconds>       the health check: GET <path> of what visitors reach at <port>
 *   probe reach <milliseconds> <address:port>...  waits until each accepts a connection; a line for each: open, closed, untried
 *   probe sockets                                 what listens in this network namespace; a line for each
 *
 * Exit code 0 when all is well, 1 when not; standard output says why. Built by scripts/build-probe.sh.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#if defined(__x86_64__)
enum { READ = 0, WRITE = 1, CLOSE = 3, SOCKET = 41, CONNECT = 42, GETSOCKOPT = 55, EXIT = 231, TIME = 228, OPENAT = 257, PPOLL = 271 };
__asm__(".globl _start\n_start: xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call begin\n");
static long call(long n, long a, long b, long c, long d, long e) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
enum { READ = 63, WRITE = 64, CLOSE = 57, SOCKET = 198, CONNECT = 203, GETSOCKOPT = 209, EXIT = 94, TIME = 113, OPENAT = 56, PPOLL = 73 };
__asm__(".globl _start\n_start: mov x29,#0\n mov x0,sp\n bl begin\n");
static long call(long n, long a, long b, long c, long d, long e) {
  register long x8 __asm__("x8") = n;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}
#endif

enum { IPV4 = 2, IPV6 = 10, NONBLOCKING = 04000, CLOSE_ON_EXEC = 02000000, IN_PROGRESS = -115, TIMED_OUT = -110, READABLE = 1, WRITABLE = 4 };
enum { MOST_LISTENERS = 64, MOST_TARGETS = 1024, MOST_QUOTED = 200 };

struct poll { int fd; u16 events, happened; };
struct span { long seconds, nanoseconds; };
struct address { u16 family, port; u8 rest[24]; };
struct listener { u8 is6, ip[16]; u16 port; };

void *memcpy(void *to, const void *from, u64 n) { for (u64 i = 0; i < n; i++) ((u8 *)to)[i] = ((const u8 *)from)[i]; return to; }
void *memset(void *to, int byte, u64 n) { for (u64 i = 0; i < n; i++) ((u8 *)to)[i] = (u8)byte; return to; }

/* Output: one write at the end, so that a reader gets all or nothing. */
static char printed[65536];
static u32 length;
static void put(char c) { if (length < sizeof printed) printed[length++] = c; }
static void say(const char *text) { while (*text) put(*text++); }
static void number(u32 value) { if (value > 9) number(value / 10); put((char)('0' + value % 10)); }
static void leave(int code) {
  put('\n');
  call(WRITE, 1, (long)printed, length, 0, 0);
  call(EXIT, code, 0, 0, 0, 0);
  __builtin_unreachable();
}

static int same(const char *one, const char *other) { while (*one && *one == *other) one++, other++; return *one == *other; }
static u32 parse(const char *text) { u32 value = 0; while (*text >= '0' && *text <= '9') value = value * 10 + (u32)(*text++ - '0'); return value; }
static u16 network(u16 port) { return (u16)(port << 8 | port >> 8); }
static long now(void) { struct span t; call(TIME, 1, (long)&t, 0, 0, 0); return t.seconds * 1000 + t.nanoseconds / 1000000; }
static int awaitAll(struct poll *all, u32 count, long milliseconds) {
  struct span limit = { milliseconds / 1000, milliseconds % 1000 * 1000000 };
  return (int)call(PPOLL, (long)all, count, (long)&limit, 0, 8);
}
static int await(int fd, u16 events, long milliseconds) {
  struct poll one = { fd, events, 0 };
  return awaitAll(&one, 1, milliseconds);
}

/* What listens, of /proc/net/tcp and tcp6: `sl local_address rem_address st …`, where state 0A is LISTEN. */
static struct listener listeners[MOST_LISTENERS];
static u32 found;
static int hex(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }
static void take(const char *line, const char *end) {
  while (line < end && *line != ':') line++;
  line += 2;
  u8 raw[16];
  u32 bytes = 0;
  for (; line + 1 < end && hex(*line) >= 0 && bytes < 16; line += 2) raw[bytes++] = (u8)(hex(line[0]) << 4 | hex(line[1]));
  if ((bytes != 4 && bytes != 16) || *line != ':') return;
  u16 port = 0;
  for (line++; line < end && hex(*line) >= 0; line++) port = (u16)(port << 4 | hex(*line));
  for (line++; line < end && *line != ' '; line++);
  if (line + 3 > end || line[1] != '0' || line[2] != 'A' || found == MOST_LISTENERS) return;
  struct listener *one = &listeners[found];
  one->is6 = bytes == 16;
  one->port = port;
  /* Words of 32 bits in the order of the machine, which is little-endian for both that this is built for. */
  for (u32 i = 0; i < bytes; i++) one->ip[i] = raw[i / 4 * 4 + 3 - i % 4];
  /* The resolver that the Engine puts into each container. */
  if (!one->is6 && one->ip[0] == 127 && one->ip[3] == 11) return;
  found++;
}
static int readListeners(const char *path) {
  static char text[4096];
  int fd = (int)call(OPENAT, -100, (long)path, CLOSE_ON_EXEC, 0, 0);
  if (fd < 0) return 0;
  u32 held = 0;
  for (;;) {
    long got = call(READ, fd, (long)(text + held), sizeof text - held, 0, 0);
    if (got <= 0) break;
    held += (u32)got;
    u32 begin = 0;
    for (u32 i = 0; i < held; i++) if (text[i] == '\n') { take(text + begin, text + i); begin = i + 1; }
    if (begin == 0) break;
    for (u32 i = begin; i < held; i++) text[i - begin] = text[i];
    held -= begin;
  }
  call(CLOSE, fd, 0, 0, 0, 0);
  return 1;
}
static int lookUp(void) { found = 0; int four = readListeners("/proc/net/tcp"); return readListeners("/proc/net/tcp6") || four; }
/* An IPv4 address in IPv6's clothes is `::ffff:a.b.c.d`. */
static int isMapped(const struct listener *one) {
  for (u32 i = 0; i < 10; i++) if (one->ip[i]) return 0;
  return one->is6 && one->ip[10] == 255 && one->ip[11] == 255;
}
static int isAny(const struct listener *one) {
  for (u32 i = isMapped(one) ? 12 : 0; i < (one->is6 ? 16 : 4); i++) if (one->ip[i]) return 0;
  return 1;
}
static int isLoopback(const struct listener *one) {
  if (!one->is6) return one->ip[0] == 127;
  if (isMapped(one)) return one->ip[12] == 127;
  for (u32 i = 0; i < 15; i++) if (one->ip[i]) return 0;
  return one->ip[15] == 1;
}
static void sayAddress(const struct listener *one) {
  const u8 *four = isMapped(one) ? one->ip + 12 : one->ip;
  if (!one->is6 || isMapped(one)) { for (u32 i = 0; i < 4; i++) { number(four[i]); if (i < 3) put('.'); } return; }
  if (isAny(one)) { say("[::]"); return; }
  if (isLoopback(one)) { say("[::1]"); return; }
  put('[');
  for (u32 i = 0; i < 16; i++) { put("0123456789abcdef"[one->ip[i] >> 4]); put("0123456789abcdef"[one->ip[i] & 15]); if (i % 2 && i < 15) put(':'); }
  put(']');
}

/* A connection that is on its way: below zero why there is none. */
static int dialling(const struct listener *to) {
  int is6 = to->is6 && !isMapped(to);
  struct address address;
  memset(&address, 0, sizeof address);
  address.family = is6 ? IPV6 : IPV4;
  address.port = network(to->port);
  memcpy(address.rest + (is6 ? 4 : 0), isMapped(to) ? to->ip + 12 : to->ip, is6 ? 16 : 4);
  int fd = (int)call(SOCKET, address.family, 1 | NONBLOCKING | CLOSE_ON_EXEC, 0, 0, 0);
  if (fd < 0) return fd;
  int error = (int)call(CONNECT, fd, (long)&address, is6 ? 28 : 16, 0, 0);
  if (error == 0 || error == IN_PROGRESS) return fd;
  call(CLOSE, fd, 0, 0, 0, 0);
  return error;
}
/* What became of it once it is writable: 0, or why there is none. */
static int dialled(int fd) {
  int value = 0;
  u32 size = sizeof value;
  call(GETSOCKOPT, fd, 1, 4, (long)&value, (long)&size);
  return value;
}
/* A connection: below zero why there is none. */
static int dial(const struct listener *to, long milliseconds) {
  int fd = dialling(to);
  if (fd < 0) return fd;
  int error = await(fd, WRITABLE, milliseconds) > 0 ? dialled(fd) : -TIMED_OUT;
  if (error == 0) return fd;
  call(CLOSE, fd, 0, 0, 0, 0);
  return -error;
}

static void elsewhere(u16 port) {
  u32 others = 0;
  for (u32 i = 0; i < found; i++) {
    u32 seen = 0;
    for (u32 j = 0; j < i; j++) seen |= listeners[j].port == listeners[i].port;
    if (seen || listeners[i].port == port) continue;
    say(others++ ? ", " : "; the container listens on ");
    number(listeners[i].port);
  }
  if (!others) say("; the container listens on no port");
}
/* Whom visitors reach at the port. Leaves with the reason when nobody. */
static struct listener visited(u16 port) {
  struct listener own = { 0, { 127, 0, 0, 1 }, port };
  if (!lookUp()) return own;
  const struct listener *loopback = 0;
  for (u32 i = 0; i < found; i++) {
    if (listeners[i].port != port) continue;
    if (isAny(&listeners[i])) return own;
    if (!isLoopback(&listeners[i])) return listeners[i];
    loopback = &listeners[i];
  }
  if (loopback) {
    say("port ");
    number(port);
    say(" listens on ");
    sayAddress(loopback);
    say(" only: bind 0.0.0.0");
  } else {
    say("nothing listens on port ");
    number(port);
    elsewhere(port);
  }
  leave(1);
  return own;
}

static void named(const char *path, u16 port) { say("GET "); say(path); say(" on port "); number(port); put(' '); }
static void http(u16 port, const char *path, long limit) {
  static char answer[2048];
  struct listener to = visited(port);
  long end = now() + limit;
  int fd = dial(&to, limit);
  if (fd < 0) {
    struct listener six = { 1, { 0 }, port };
    six.ip[15] = 1;
    fd = dial(&six, end - now() > 0 ? end - now() : 0);
  }
  if (fd < 0) { named(path, port); say("could not connect"); leave(1); }
  say("GET "); say(path); say(" HTTP/1.1\r\nHost: 127.0.0.1:"); number(port);
  say("\r\nUser-Agent: shipmate-health-check\r\nAccept: */*\r\nConnection: close\r\n\r\n");
  call(WRITE, fd, (long)printed, length, 0, 0);
  length = 0;
  u32 held = 0;
  int ended = 0;
  while (held < sizeof answer - 1) {
    long left = end - now();
    if (left <= 0 || await(fd, READABLE, left) <= 0) break;
    long got = call(READ, fd, (long)(answer + held), sizeof answer - 1 - held, 0, 0);
    if (got <= 0) { ended = 1; break; }
    held += (u32)got;
    /* The status decides; of an error the beginning of the body tells why. */
    if (held >= 12 && (answer[9] == '2' || answer[9] == '3')) break;
  }
  named(path, port);
  if (held == 0) { if (ended) say("got no answer"); else { say("did not answer within "); number((u32)limit); say(" ms"); } leave(1); }
  if (held < 12 || answer[0] != 'H' || answer[1] != 'T' || answer[2] != 'T' || answer[3] != 'P' || answer[8] != ' ') { say("did not answer with HTTP"); leave(1); }
  say("answered ");
  for (u32 i = 9; i < 12; i++) put(answer[i]);
  if (answer[9] == '2' || answer[9] == '3') leave(0);
  u32 at = 0;
  while (at + 3 < held && !(answer[at] == '\r' && answer[at + 1] == '\n' && answer[at + 2] == '\r' && answer[at + 3] == '\n')) at++;
  if (at + 4 < held) {
    say(": ");
    at += 4;
    /* The length of a chunk, where the body comes in chunks. */
    u32 body = at;
    while (body < held && (hex(answer[body]) >= 0 || (answer[body] >= 'a' && answer[body] <= 'f'))) body++;
    if (body > at && body + 1 < held && answer[body] == '\r') at = body + 2;
    for (u32 i = at; i < held && i < at + MOST_QUOTED && answer[i] != '\r'; i++) put((u8)answer[i] < 32 || answer[i] == 127 ? ' ' : answer[i]);
  }
  leave(1);
}

static struct listener target(const char *text) {
  struct listener to = { 0, { 0 }, 0 };
  u32 part = 0;
  for (; *text && *text != ':'; text++) { if (*text == '.') part++; else if (part < 4) to.ip[part] = (u8)(to.ip[part] * 10 + (*text - '0')); }
  if (*text == ':') to.port = (u16)parse(text + 1);
  return to;
}
/* Each address gets an attempt of 300 ms, the same number at a time, and another one until it accepts or the time is over. */
static void reach(char **texts, u32 count, long limit) {
  enum { AT_ONCE = 64, ATTEMPT = 300, PAUSE = 50 };
  static u8 state[MOST_TARGETS];
  enum { UNTRIED, CLOSED, OPEN };
  long end = now() + (limit > ATTEMPT ? limit : ATTEMPT);
  u32 missing = count;
  while (missing > 0) {
    for (u32 next = 0; next < count;) {
      struct poll tries[AT_ONCE];
      u32 whose[AT_ONCE], some = 0;
      for (; next < count && some < AT_ONCE; next++) {
        if (state[next] == OPEN) continue;
        struct listener to = target(texts[next]);
        int fd = dialling(&to);
        state[next] = CLOSED;
        if (fd < 0) continue;
        tries[some] = (struct poll){ fd, WRITABLE, 0 };
        whose[some++] = next;
      }
      long until = now() + ATTEMPT < end ? now() + ATTEMPT : end;
      for (u32 left = some; left > 0;) {
        long wait = until - now();
        if (wait <= 0 || awaitAll(tries, some, wait) <= 0) break;
        for (u32 i = 0; i < some; i++) {
          if (tries[i].fd < 0 || !tries[i].happened) continue;
          if (dialled(tries[i].fd) == 0) { state[whose[i]] = OPEN; missing--; }
          call(CLOSE, tries[i].fd, 0, 0, 0, 0);
          tries[i].fd = -1;
          left--;
        }
      }
      for (u32 i = 0; i < some; i++) if (tries[i].fd >= 0) call(CLOSE, tries[i].fd, 0, 0, 0, 0);
      if (now() >= end) break;
    }
    if (missing > 0 && now() + PAUSE < end) awaitAll(0, 0, PAUSE);
    else break;
  }
  for (u32 i = 0; i < count; i++) { if (i) put('\n'); say(texts[i]); say(state[i] == OPEN ? " open" : state[i] == CLOSED ? " closed" : " untried"); }
  leave(missing ? 1 : 0);
}

static void sockets(void) {
  if (!lookUp()) { say("unreadable"); leave(1); }
  for (u32 i = 0; i < found; i++) { if (i) put('\n'); sayAddress(&listeners[i]); put(':'); number(listeners[i].port); }
  leave(0);
}

__attribute__((used)) void begin(long *stack) {
  u32 count = (u32)stack[0];
  char **given = (char **)(stack + 1);
  if (count == 5 && same(given[1], "http")) http((u16)parse(given[2]), given[3], parse(given[4]));
  if (count >= 4 && count <= MOST_TARGETS + 3 && same(given[1], "reach")) reach(given + 3, count - 3, parse(given[2]));
  if (count == 2 && same(given[1], "sockets")) sockets();
  say("usage: probe http <port> <path> <milliseconds> | reach <milliseconds> <address:port>... | sockets");
  leave(2);
}
